"""The items of one list: what is found among them, and how it is said."""

from collections.abc import Mapping, Sequence

from assistant.actions import AddItems, RemoveItems
from assistant.skills.kitchen.names import found, is_many, kinds, stems
from assistant.skills.skill import Reply
from assistant.skills.wording import listing, plural

SHOPPING = "shopping"
"""The list that is meant when none is named. It is there, empty, before anything is put on it."""
TO_DO = "to-do"
MOST_READ = 12
"""Items that are read out; of more only the number."""

_NO_GOODS = frozenset(
    "air along ambulance answer anybody anyone anywhere attention baby babysitter back battery "
    "bike blue boat book boy boyfriend breakfast cab car cash cat cleaning control cooking cop "
    "cops dad data dentist department detail details dinner directions divorced doctor dog done "
    "down dressed drunk eating electrician enough everybody everyone examples explanation fat "
    "father finished firefighters firemen friend friends fun game girl girlfriend going grandma "
    "grandpa hand headache here high home homework hope horse hospital house hug husband idea "
    "instructions internet job joke kiss kitten late lawyer lift light lights line lines lost "
    "love lunch mad married meal medic memory mom moon mother moving mum music news nobody nurse "
    "office old options order out over pain paramedic paramedics peace people phone plans plumber "
    "police policeman power practice privacy puppy quiet race rain ready recipe rid ride room "
    "serious shape sheriff shower sick sitter snow somebody someone somewhere speech started "
    "storage story sun talking tank taxi there tired together touch town trouble up used vet "
    "weather weekend wife wifi woods words work".split()
)
"""What people need, have, bought or ran out of, but seldom write down: "we need to get going"."""

Items = tuple[str, ...]


def known(said: str, lists: Mapping[str, Items]) -> str | None:
    """The name of the list that is meant; None: there is none such."""
    if said in lists or said == SHOPPING:
        return said
    meant = found(said, lists)
    return meant[0] if len(meant) == 1 else None


def are_goods(items: Items) -> bool:
    """Whether they may be from a store, where nobody said that they belong on a list."""
    return not any(word in _NO_GOODS for item in items for word in (item, item.split()[-1]))


def the(name: str) -> str:
    return f"the {name} list"


def with_article(words: str) -> str:
    return f"{'an' if words[:1] in 'aeiou' else 'a'} {words}"


def added(said: Items, list_name: str, lists: Mapping[str, Items]) -> Reply:
    """What was said, but for what is on the list already, with its amount."""
    name = known(list_name, lists)
    there = lists.get(name, ()) if name else ()
    new: list[str] = []
    old: list[str] = []
    for item in said:
        if any(stems(item) == stems(other) for other in there):
            old.append(item)
        elif all(stems(item) != stems(other) for other in new):
            new.append(item)
    if not new and not old:
        return Reply("I heard nothing to add.")
    if name is None:
        made = with_article(f"{list_name} list")
        return Reply(f"I made {made} and added {listing(new)}.", (AddItems(list_name, tuple(new)),))
    already = f"{_upper(listing(old))} {_be(old)} already on"
    if not new:
        return Reply(f"{already} {the(name)}.")
    text = f"I added {listing(new)} to {the(name)}."
    return Reply(f"{text} {already} it." if old else text, (AddItems(name, tuple(new)),))


def removed(said: Items, name: str, items: Items) -> Reply:
    gone = tuple(dict.fromkeys(thing for item in said for thing in found(item, items)))
    missing = [item for item in said if not found(item, items)]
    if not gone:
        return Reply(_upper(_not_there(missing, name, items)))
    text = f"I took {listing(gone)} off {the(name)}."
    if missing:
        text += f" {_upper(_absent(missing))} on it."
    return Reply(text, (RemoveItems(name, gone),))


def whether(said: Items, name: str, items: Items) -> str:
    """Which of the things said are on the list."""
    there = tuple(dict.fromkeys(thing for item in said for thing in found(item, items)))
    missing = [item for item in said if not found(item, items)]
    if not there:
        return f"No, {_not_there(missing, name, items)}"
    text = f"{listing(there)} {_be(there)} on {the(name)}"
    return f"{_upper(text)}, but not {listing(missing)}." if missing else f"Yes, {text}."


def number(name: str, items: Items) -> str:
    """ "There are 3 things on the shopping list"."""
    if not items:
        return f"{_upper(the(name))} is empty"
    return (
        f"There {'is' if len(items) == 1 else 'are'} {plural(len(items), 'thing')} on {the(name)}"
    )


def read(name: str, items: Items) -> str:
    """All items in one sentence, up to MOST_READ."""
    if not items:
        return number(name, items) + "."
    more = len(items) - MOST_READ
    shown = (*items[:MOST_READ], f"{more} more") if more > 0 else items
    return f"{number(name, items)}: {listing(shown)}."


def _not_there(missing: Sequence[str], name: str, items: Items) -> str:
    """Names what is alike, too: somebody who asks for milk may have meant the oat milk."""
    if not items:
        return f"{the(name)} is empty."
    text = f"{_absent(missing)} on {the(name)}"
    alike = [thing for item in missing for thing in kinds(item, items)]
    return f"{text}, but {listing(alike)} {_be(alike)}." if alike else f"{text}."


def _absent(missing: Sequence[str]) -> str:
    """ "milk isn't", "neither milk nor eggs are"."""
    if len(missing) == 1:
        return f"{missing[0]} {_be(missing)}n't"
    return f"neither {' nor '.join(missing)} are"


def _be(things: Sequence[str]) -> str:
    """ "is" or "are": milk is, eggs are."""
    many = len(things) > 1 or any(map(is_many, things))
    return "are" if many else "is"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
