"""The importance matrix of a model over a text: reads the text and adds up what flows."""

from collections.abc import Callable
from pathlib import Path

from assistant.errors import StageError
from tools.quantize.llama import corpus
from tools.quantize.llama.importance import Importance
from tools.quantize.llama.native import Reader, watcher
from tools.quantize.llama.tensors import Collector


def collect(
    model: Path,
    text: Path,
    *,
    chunk_tokens: int,
    threads: int,
    as_chats: bool,
    output: bool,
    advance: Callable[[int, int], None],
) -> Importance:
    """The same model, text and settings give the same sums on the same machine.

    `as_chats`: the text's lines as conversations, otherwise the text as it stands. `output`: also
    of the matrix that gives the logits. `advance` is told how many pieces of how many are read.
    Raises ModelError if the model cannot be used, InputError if the text cannot.
    """
    words = corpus.read(text)
    importance = Importance([text.name], 0, chunk_tokens)
    collector = Collector(importance, output)
    with Reader(model, chunk_tokens, threads, watcher(collector.look)) as reader:
        tokens = (
            corpus.chats(words, reader.chat) if as_chats else reader.tokenize(words, begin=True)
        )
        pieces = corpus.chunks(tokens, chunk_tokens, reader.begin, str(text))
        for done, piece in enumerate(pieces, start=1):
            reader.forget()
            try:
                # All logits are asked for, or the last layers would compute but the last token.
                for _ in reader.read(piece):
                    pass
            except StageError:
                raise collector.fault or StageError(
                    "llm", "decode", f"{model.name} fails on the text: choose another model."
                ) from None
            advance(done, len(pieces))
    importance.chunks = len(pieces)
    if not importance.finite():
        raise StageError("llm", "infinite", f"{model.name} computes values that are no numbers.")
    return importance
