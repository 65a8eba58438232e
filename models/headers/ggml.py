"""A Whisper model as whisper.cpp stores it ("ggml"): what would stop that is refused.

whisper.cpp allocates what the header's numbers say before it has seen a tensor, and indexes by them
ever after: so `models.ggml_file` compares all of them with each other and with every tensor, and
what only a network of other sizes could have is refused here.
"""

from models import ggml_file
from models.cursor import Cursor
from models.headers.ggml_types import TYPES
from models.headers.header import Header, Tensor, quantisation_of
from models.whisper_network import VOCABULARIES, Dimensions, misfit

_FEWEST_TOKENS = 50_000
_SPACE = b" "
_SIZES = {4: "tiny", 6: "base", 12: "small", 24: "medium", 32: "large"}


def ggml_header(cursor: Cursor) -> Header:
    """Check a ggml Whisper file, from its start. Raises ModelError naming what is wrong."""
    reader = ggml_file.GgmlReader(cursor)
    given = reader.header()
    _check(cursor, given)
    tensors = tuple(
        Tensor(each.name, each.shape.dimensions[::-1], TYPES[each.shape.type].name, each.bytes)
        for each in reader.tensors(given)
    )
    dims = given.dims
    return Header(
        format="ggml",
        architecture="whisper",
        quantisation=quantisation_of(tensors),
        bytes=len(cursor.data),
        tensors=tensors,
        details={
            "variant": _variant(dims),
            "languages": VOCABULARIES[dims.n_vocab],
            "layers": f"{dims.n_audio_layer} + {dims.n_text_layer}",
            "width": dims.n_audio_state,
            "mel bands": dims.n_mels,
            "seconds of context": dims.n_audio_ctx / 50,
            "tokens of text": len(given.vocabulary),
        },
    )


def _variant(dims: Dimensions) -> str:
    layers = dims.n_audio_layer
    distilled = ", fewer decoder layers" if dims.n_text_layer < layers else ""
    return _SIZES.get(layers, f"{layers} layers") + distilled


def _check(cursor: Cursor, given: ggml_file.Header) -> None:
    if wrong := misfit(given.dims):
        raise cursor.wrong(wrong)
    if given.ftype == ggml_file.FTYPE_F32:  # stops the process at the first convolution
        raise cursor.wrong(f"has the unknown file type {given.ftype}")
    count = len(given.vocabulary)
    if not _FEWEST_TOKENS <= count <= given.dims.n_vocab:
        raise cursor.wrong(f"has {count} tokens, which is no Whisper vocabulary")
    if _SPACE not in set(given.vocabulary):
        raise cursor.wrong("has no token for a space, which whisper.cpp suppresses by name")
