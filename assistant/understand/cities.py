"""Cities and countries people ask the time of, with their time zones.

Zones are names in the IANA time zone database (tzdata), whose own city names are understood
without being listed here; this table adds what is not a zone's name: other large cities, states,
and countries with a single zone or one that most of their people live in.
"""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_MORE = {
    "Africa/Cairo": "egypt alexandria",
    "Africa/Johannesburg": "cape town|south africa|durban|pretoria",
    "Africa/Lagos": "nigeria abuja",
    "Africa/Nairobi": "kenya",
    "Africa/Casablanca": "morocco marrakesh",
    "Africa/Addis_Ababa": "ethiopia",
    "America/Argentina/Buenos_Aires": "buenos aires|argentina",
    "America/Bogota": "colombia",
    "America/Chicago": "houston|dallas|austin|san antonio|new orleans|minneapolis|milwaukee|texas"
    "|central time|nashville|memphis|st louis|saint louis|kansas city",
    "America/Denver": "salt lake city|colorado|utah|mountain time|albuquerque",
    "America/Halifax": "nova scotia|atlantic time",
    "America/Havana": "cuba",
    "America/Lima": "peru",
    "America/Los_Angeles": "la|l a|san francisco|seattle|san diego|las vegas|portland|california"
    "|pacific time|the west coast|west coast|san jose|sacramento|oakland|silicon valley",
    "America/Mexico_City": "mexico|guadalajara",
    "America/New_York": "nyc|new york city|boston|washington|washington dc|washington d c|miami"
    "|atlanta|philadelphia|orlando|florida|eastern time|the east coast|east coast|pittsburgh"
    "|cleveland|baltimore|charlotte",
    "America/Phoenix": "arizona tucson",
    "America/Sao_Paulo": "brazil|rio|rio de janeiro|brasilia|são paulo",
    "America/Santiago": "chile",
    "America/Toronto": "ottawa montreal quebec",
    "America/Vancouver": "british columbia",
    "America/Edmonton": "calgary alberta",
    "Asia/Bangkok": "thailand phuket",
    "Asia/Dhaka": "bangladesh",
    "Asia/Dubai": "abu dhabi|the uae|uae|the united arab emirates",
    "Asia/Ho_Chi_Minh": "vietnam|ho chi minh city|hanoi",
    "Asia/Hong_Kong": "hongkong",
    "Asia/Jakarta": "java",
    "Asia/Jerusalem": "israel|tel aviv",
    "Asia/Karachi": "pakistan islamabad lahore",
    "Asia/Kathmandu": "nepal",
    "Asia/Kolkata": "india|mumbai|bombay|delhi|new delhi|bangalore|bengaluru|chennai|hyderabad"
    "|calcutta",
    "Asia/Kuala_Lumpur": "malaysia",
    "Asia/Manila": "the philippines|philippines",
    "Asia/Riyadh": "saudi arabia|mecca|jeddah",
    "Asia/Seoul": "korea|south korea|busan",
    "Asia/Shanghai": "china|beijing|shenzhen|guangzhou|wuhan",
    "Asia/Taipei": "taiwan",
    "Asia/Tehran": "iran",
    "Asia/Tokyo": "japan osaka kyoto",
    "Atlantic/Reykjavik": "iceland",
    "Australia/Brisbane": "queensland|gold coast",
    "Australia/Sydney": "canberra|new south wales",
    "Europe/Amsterdam": "the netherlands|netherlands|holland|rotterdam",
    "Europe/Athens": "greece",
    "Europe/Berlin": "germany munich hamburg frankfurt cologne stuttgart",
    "Europe/Brussels": "belgium",
    "Europe/Bucharest": "romania",
    "Europe/Budapest": "hungary",
    "Europe/Copenhagen": "denmark",
    "Europe/Dublin": "ireland",
    "Europe/Helsinki": "finland",
    "Europe/Istanbul": "turkey ankara",
    "Europe/Kyiv": "ukraine kiev",
    "Europe/Lisbon": "portugal porto",
    "Europe/London": "england|the uk|uk|britain|great britain|scotland|wales|manchester|edinburgh"
    "|glasgow|liverpool|birmingham|the united kingdom",
    "Europe/Madrid": "spain barcelona seville valencia",
    "Europe/Moscow": "st petersburg|saint petersburg",
    "Europe/Oslo": "norway",
    "Europe/Paris": "france lyon marseille nice",
    "Europe/Prague": "the czech republic|czechia",
    "Europe/Rome": "italy milan naples florence venice",
    "Europe/Stockholm": "sweden",
    "Europe/Vienna": "austria salzburg",
    "Europe/Warsaw": "poland krakow",
    "Europe/Zurich": "switzerland|geneva|basel|zürich",
    "Pacific/Auckland": "new zealand|wellington",
    "Pacific/Honolulu": "hawaii",
    "UTC": "utc|gmt|greenwich|universal time|zulu",
}

_REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def _zones() -> dict[str, str]:
    table = {}
    for name in sorted(available_timezones()):
        region, _, rest = name.partition("/")
        if region in _REGIONS:
            city = rest.rpartition("/")[2]
            table[city.replace("_", " ").lower()] = name
    for name, places in _MORE.items():
        separator = "|" if "|" in places else " "
        table |= dict.fromkeys(places.split(separator), name)
    return table


def zone(place: str) -> ZoneInfo | None:
    """The time zone of a place in lower case ("new york", "japan"); None if it is not known."""
    name = _zones().get(place)
    return ZoneInfo(name) if name else None


def title(place: str) -> str:
    """How a place is written: "new york" -> "New York", "the uk" -> "the UK"."""
    if place in ("uk", "uae", "utc", "gmt", "nyc", "la"):
        return place.upper()
    if place.startswith("the "):
        return "the " + title(place.removeprefix("the "))
    return " ".join(
        word if word in ("of", "de", "and") else word.capitalize() for word in place.split()
    )
