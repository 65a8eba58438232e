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
    """Lines for a unit: parts of the machine's memory, which stay right in another board of the
    same kind, unless the most of the profile is less."""


def service_memory(total_mib: int, share: ServiceShare) -> ServiceMemory:
    """`total_mib`: what Linux has (MemTotal)."""
    high_mib, max_mib = (
        total_mib * percent // 100 for percent in (share.high_percent, share.max_percent)
    )
    settings = f"MemoryHigh={share.high_percent}%", f"MemoryMax={share.max_percent}%"
    if max_mib > share.most_mib:
        # As far apart as they would be without it.
        high_mib = share.most_mib * share.high_percent // share.max_percent
        max_mib = share.most_mib
        settings = f"MemoryHigh={high_mib}M", f"MemoryMax={max_mib}M"
    return ServiceMemory(high_mib, max_mib, settings)
