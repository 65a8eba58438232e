"""The Pareto front: what nothing else beats in one way without being beaten in the other. Pure."""

from collections.abc import Sequence


def front(points: Sequence[tuple[float, float]]) -> set[int]:
    """Numbers of the points that no other point dominates; lower is better in both ways.

    A point dominates another if it is at most as large in both and smaller in one. Equal points
    are on the front together.
    """
    best = float("inf")
    found: set[int] = set()
    for first, second in sorted(set(points)):
        if second < best:
            best = second
            found |= {n for n, point in enumerate(points) if point == (first, second)}
    return found
