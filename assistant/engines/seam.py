"""Where two runs over a sentence are joined: at a word's end, best where nobody can hear it."""

from collections.abc import Mapping, Sequence

PAUSES = frozenset(",;:–—")
_NOISY = "pbtdkɡgfvszʃʒθðʧʤʦxh"
"""Begin with a closure or a hiss, which hides that the vowels on its two sides belong to different
runs: joined before a vowel, "be as" is heard as "be the" (docs/log.md)."""
_STRESS = "ˈˌ"


class Seams:
    """For the phoneme ids of one voice."""

    def __init__(self, symbols: Mapping[str, Sequence[int]]) -> None:
        """`symbols`: phonemes and their ids, as in the voice's settings."""

        def ids(characters: str) -> frozenset[int]:
            return frozenset(each for mark in characters for each in symbols.get(mark, ()))

        self._blanks, self._pauses = ids(" "), ids("".join(PAUSES))
        self._noisy, self._unheard = ids(_NOISY), ids(_STRESS) | ids("_")

    def last(self, ids: Sequence[int]) -> int:
        """How many of these ids, at the most, come before a seam: after a pause or before a noise
        if there is one in their second half, otherwise after any word; 0 if no word ends."""
        ends = [end for end in range(len(ids), 0, -1) if ids[end - 1] in self._blanks]
        paused = (end for end in range(len(ids), 0, -1) if ids[end - 1] in self._pauses)
        noisy = (end for end in ends if self._next(ids[end:]) in self._noisy)
        hidden = max(next(paused, 0), next(noisy, 0))
        return hidden if hidden > len(ids) // 2 else next(iter(ends), 0)

    def _next(self, ids: Sequence[int]) -> int | None:
        """The first that is heard."""
        return next((each for each in ids if each not in self._unheard), None)
