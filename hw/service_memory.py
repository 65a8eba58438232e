"""How much memory the service should be allowed."""

from dataclasses import dataclass

_HIGH, _MAX = 0.75, 0.85
"""Of the machine's: the rest is the system's."""
_MOST_MIB = 8192
"""The largest models of the catalog, all at once, are half of that: more would be a leak."""


@dataclass(frozen=True, slots=True)
class ServiceMemory:
    """For systemd; 0: how much memory there is, is not known."""

    high_mib: int
    """MemoryHigh: from here on the kernel takes back what can be read again, and slows down who
    asks for more."""
    max_mib: int
    """MemoryMax: from here on something is killed."""


def service_memory(total_mib: int) -> ServiceMemory:
    """`total_mib`: what Linux has (MemTotal)."""
    return ServiceMemory(
        high_mib=min(int(total_mib * _HIGH), _MOST_MIB * 7 // 8),
        max_mib=min(int(total_mib * _MAX), _MOST_MIB),
    )
