"""Groups of checks, side by side: one that breaks or hangs costs its own lines and no others."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from assistant.doctor.check import Check

Group = Callable[[], Iterable[Check]]

_REPORT = "Please report it, with what `assistant support-bundle` writes."


class Round:
    """Begins at once. To be gone through once, in the order of the groups."""

    def __init__(self, groups: Mapping[str, Group], patience_s: float | None) -> None:
        """`patience_s`: for each group, once those before it have answered; None: for ever."""
        pool = ThreadPoolExecutor(max(1, len(groups)), thread_name_prefix="doctor")
        self._patience_s = patience_s
        self._pending = {name: pool.submit(_all, group) for name, group in groups.items()}
        pool.shutdown(wait=False)
        self.stuck: list[str] = []
        """Groups that were not waited for any longer. Python cannot end their threads and would
        wait for them when it ends."""

    def __iter__(self) -> Iterator[Check]:
        for name, pending in self._pending.items():
            yield from self._found(name, pending)

    def _found(self, name: str, pending: Future[list[Check]]) -> Iterable[Check]:
        try:
            error = pending.exception(self._patience_s)
        except TimeoutError:
            self.stuck.append(name)
            text = f"It gave no answer within {self._patience_s:.0f} s."
            return [
                Check(name, "red", text, "Restart the board, and if that does not help, report it.")
            ]
        if error is not None:
            text = f"It could not be checked: {type(error).__name__}: {error}."
            return [Check(name, "yellow", text, _REPORT)]
        return pending.result()


def _all(group: Group) -> list[Check]:
    return list(group())
