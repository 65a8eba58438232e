"""The stages of a voice on the disk, beside the file that they are cut from.

`<voice>.front`, `.flow` and `.decoder` are ONNX files; `<voice>.parts.json` says which content of
the voice they come from, by its SHA-256, and what theirs is. Cutting a voice, and comparing what it
says then with what it says whole, takes seconds: it is done once, when the voice is installed or
first loaded.
"""

import hashlib
import json
import logging
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from assistant.engines.onnx import REFUSED, opened, session
from assistant.engines.vits import Pieces, Stage
from assistant.engines.vits_graph import Stages, stages
from assistant.errors import ModelError
from models.storage import sha256, write_atomically

log = logging.getLogger(__name__)

NAMES = ("front", "flow", "decoder")
EXACT = 1e-5
"""Full scale 1: how far samples of the parts may be from those of the whole voice."""
_AUDIBLE = 1e-3
_PHONEMES = 120
"""Of the nonsense that is spoken both ways: some seconds, thus several pieces."""
_FORMAT = 1
"""Of the files; another one cuts every voice anew."""


@dataclass(frozen=True, slots=True)
class Parts:
    front: onnxruntime.InferenceSession
    decoder: Pieces


@dataclass(frozen=True, slots=True)
class _Record:
    """What is known of one content of a voice."""

    format: int
    voice: str
    """SHA-256 of its file."""
    fault: str
    """Why it is spoken whole; empty: it is not."""
    parts: dict[str, str]
    """SHA-256 of each part's file."""


def open_parts(voice: Path, threads: int) -> Parts | None:
    """Sessions for the stages of a voice; None, and a line in the log, if it is spoken whole.

    Raises ModelError if the voice is missing or damaged.
    """
    fault = _kept(voice)
    files: dict[str, str | bytes] = {name: str(_file(voice, name)) for name in NAMES}
    if fault is None:
        made, fault = prepare(voice)
        files = asdict(made) if made else {}
    if fault:
        log.warning("%s speaks a sentence only when all of it is computed: %s.", voice.name, fault)
        return None
    return _sessions(voice, files, threads)


def prepare(voice: Path) -> tuple[Stages | None, str]:
    """Cut a voice, compare, and keep the result if it can be written: the stages, or None and why
    the voice is to be spoken whole.

    Raises ModelError if it is missing, or its settings are damaged.
    """
    if not voice.is_file():
        raise ModelError(f"The model file {voice} is missing; run `assistant models pull`.")
    given = _nonsense(voice)
    made: Stages | None = None
    try:
        made = stages(voice.read_bytes())
        fault = _difference(voice, made, given)
    except ModelError:  # its sentence asks for a whole file, which this is
        fault = "a stage of it does not open by itself"
    except (ValueError, *REFUSED) as error:
        fault = f"it cannot be cut: {error}"
    if fault:
        made = None
    _keep(voice, made, fault)
    return made, fault


def is_prepared(voice: Path) -> bool:
    """Whether that was done, with this content of the voice, and nothing is damaged since."""
    return _kept(voice) is not None


def _kept(voice: Path) -> str | None:
    """Why the voice is spoken whole, empty if its parts are there; None if nothing is known."""
    try:
        found = _Record(**json.loads(_file(voice, "parts.json").read_text("utf-8")))
        if (found.format, found.voice) != (_FORMAT, sha256(voice)):
            return None
        if found.fault:
            return found.fault
        whole = all(sha256(_file(voice, name)) == found.parts[name] for name in NAMES)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        log.info("what was made of %s cannot be read: %s", voice.name, error)
        return None
    return "" if whole else None


def _keep(voice: Path, made: Stages | None, fault: str) -> None:
    """All of it or nothing. Where nothing can be written, each start does it again."""
    files = asdict(made) if made else {}
    digests = {name: hashlib.sha256(files[name]).hexdigest() for name in files}
    try:
        for name, content in files.items():
            write_atomically(_file(voice, name), content)
        # Last: it vouches for the others.
        record = json.dumps(asdict(_Record(_FORMAT, sha256(voice), fault, digests)), indent=2)
        write_atomically(_file(voice, "parts.json"), record.encode() + b"\n")
    except OSError as error:
        log.info("what was made of %s cannot be kept: %s", voice.name, error)
        for name in NAMES:  # a full disk needs the room for something better
            with suppress(OSError):
                _file(voice, name).unlink(missing_ok=True)


def _difference(voice: Path, made: Stages, given: dict[str, NDArray[Any]]) -> str:
    """What is wrong with the parts; empty: they say what the whole voice says."""
    parts = _sessions(voice, asdict(made), threads=1)
    [spoken, durations] = parts.front.run(None, given)
    if spoken.shape[2] != int(durations.sum()):
        return "the durations of its phonemes are not those of the sentence"
    # In two portions, as a sentence comes.
    portions = np.split(spoken[0], [spoken.shape[2] // 3], axis=1)
    joined = np.concatenate(list(parts.decoder.decode(iter(portions))))
    del parts
    samples = session(voice, threads=1).run(None, given)[0].reshape(-1)
    if joined.shape != samples.shape:
        return "in parts it does not say as much as whole"
    if not np.abs(samples).max() > _AUDIBLE:
        return "nothing is heard of it"
    off = float(np.abs(joined - samples).max())
    return "" if off < EXACT else f"in parts its samples are off by {off:.1g}"


def _nonsense(voice: Path) -> dict[str, NDArray[Any]]:
    """What the whole voice takes. Its noise, which the graph draws anew each time, is left out."""
    beside = voice.with_name(f"{voice.name}.json")
    try:
        settings = json.loads(beside.read_text("utf-8"))
        known = sorted({each for ids in settings["phoneme_id_map"].values() for each in ids})
        speakers = settings.get("num_speakers", 1)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise unset(beside) from error
    given: dict[str, NDArray[Any]] = {
        "input": np.random.default_rng(5).choice(known, (1, _PHONEMES)).astype(np.int64),
        "input_lengths": np.array([_PHONEMES], np.int64),
        "scales": np.array([0, 1, 0], np.float32),
    }
    return given | ({"sid": np.zeros(1, np.int64)} if speakers > 1 else {})


def unset(settings: Path) -> ModelError:
    """For settings of a voice that cannot be read."""
    return ModelError(
        f"The voice's settings {settings} are missing or damaged; run `assistant models pull`."
    )


def _sessions(voice: Path, files: dict[str, str | bytes], threads: int) -> Parts:
    """`files`: each stage's file, or its content."""
    front, flow, decoder = (opened(files[name], voice, threads) for name in NAMES)
    return Parts(front, Pieces(_stage(flow), _stage(decoder)))


def _stage(session: onnxruntime.InferenceSession) -> Stage:
    """`session`: takes (1, channels, frames)."""
    name = session.get_inputs()[0].name

    def run(frames: NDArray[np.float32]) -> NDArray[np.float32]:
        result: NDArray[np.float32] = session.run(None, {name: np.ascontiguousarray(frames[None])})[
            0
        ][0]
        return result

    return run


def _file(voice: Path, part: str) -> Path:
    return voice.with_name(f"{voice.name}.{part}")
