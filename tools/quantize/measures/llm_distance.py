"""How well a model foretells a text, and how far it is from the one it was made of.

Perplexity as llama.cpp's tool defines it: the text is cut into whole pieces of the context's
length, and only the second half of each is judged, so that there is always something to judge by.
The Kullback-Leibler divergence KL(reference || candidate) is taken at the same places.
"""

from collections.abc import Callable, Sequence
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from assistant.errors import InputError
from tools.quantize.llama.native import Reader
from tools.quantize.measures.clock import Figures
from tools.quantize.measures.llm_cases import log_probabilities
from tools.quantize.measures.progress import watched

Read = Callable[[list[int], int], "Rows"]
"""Tokens, and from which of them on the logits after it are wanted."""
Rows = chain[NDArray[np.float32]]


def distance(
    pieces: Sequence[list[int]], candidate: Read, reference: Read | None = None
) -> Figures:
    """Both read the same pieces side by side: no more than some rows of logits are held."""
    surprise: list[float] = []
    divergence: list[float] = []
    same: list[bool] = []
    for piece in watched(pieces):
        first = len(piece) // 2
        nexts = piece[first + 1 :]
        rows = candidate(piece[:-1], first)
        others = reference(piece[:-1], first) if reference else None
        for following, row in zip(nexts, rows, strict=True):
            own = log_probabilities(row)
            surprise.append(-own[following])
            if others is not None:
                true = log_probabilities(next(others))
                divergence.append(max(float(np.exp(true) @ (true - own)), 0.0))
                same.append(int(true.argmax()) == int(own.argmax()))
    return {
        "perplexity": float(np.exp(np.mean(surprise))),
        "kl_divergence": float(np.mean(divergence)) if divergence else None,
        "kl_p99": float(np.percentile(divergence, 99)) if divergence else None,
        "same_top": float(np.mean(same)) if same else None,
    }


def reading(reader: Reader) -> Read:
    """Each time from the beginning."""

    def read(tokens: list[int], wanted_from: int) -> Rows:
        reader.forget()
        return chain.from_iterable(reader.read(tokens, wanted_from))

    return read


def check_same_vocabulary(candidate: Reader, reference: Reader) -> None:
    """Raises InputError if their logits cannot be compared."""
    if candidate.vocabulary_digest() != reference.vocabulary_digest():
        raise InputError(
            f"{candidate.name} and {reference.name} have different vocabularies: give the model it "
            "was made of as the reference."
        )


class Scorer:
    """Log-probabilities of ways to go on after a beginning."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: list[int] = []

    def __call__(self, begin: str, endings: Sequence[str]) -> list[float]:
        """That the text goes on with all tokens of an ending, for each: natural logarithms."""
        tokens = self._reader.tokenize(begin, begin=True)
        return [self._score(tokens, self._reader.tokenize(ending)) for ending in endings]

    def _score(self, begin: list[int], ending: list[int]) -> float:
        tokens = begin + ending
        common = next(
            (at for at, (one, other) in enumerate(zip(self._known, tokens, strict=False))
             if one != other),
            min(len(self._known), len(tokens)),
        )  # fmt: skip
        # The last token of the beginning is read again: its logits are wanted.
        self._reader.forget(min(common, len(begin) - 1))
        held = self._reader.held
        self._known = tokens[:-1]
        rows = chain.from_iterable(
            self._reader.read(tokens[held:-1], wanted_from=len(begin) - 1 - held)
        )
        return float(
            sum(
                log_probabilities(row)[following]
                for row, (_, following) in zip(
                    rows, pairwise(tokens[len(begin) - 1 :]), strict=True
                )
            )
        )
