"""How much memory the service should be allowed: what the board's profile says of this much."""

from dataclasses import dataclass

from hw.profile import ServiceShare


@dataclass(frozen=True, slots=True)
class ServiceMemory:
    """For systemd; 0: how much memory there is, is not known."""

    high_mib: int
    """MemoryHigh: from here on the kernel takes back what can be read again, and slows down who
    asks for more."""
    max_mib: int
    """MemoryMax: from here on something is killed."""
    settings: tuple[str, str]
    """Lines for a unit: always parts of the machine's memory, so that they can be reached in a
    board with less of it, too."""


def service_memory(total_mib: int, share: ServiceShare) -> ServiceMemory:
    """`total_mib`: what Linux has (MemTotal)."""
    # As far apart as they would be without it.
    high_most_mib = share.most_mib * share.high_percent // share.max_percent
    high = _percent(total_mib, share.high_percent, high_most_mib)
    most = _percent(total_mib, share.max_percent, share.most_mib)
    settings = f"MemoryHigh={high}%", f"MemoryMax={most}%"
    return ServiceMemory(total_mib * high // 100, total_mib * most // 100, settings)


def _percent(total_mib: int, percent: int, most_mib: int) -> int:
    """Whole, which every systemd understands; rounded down."""
    if total_mib * percent <= most_mib * 100:
        return percent
    return max(1, most_mib * 100 // total_mib)
