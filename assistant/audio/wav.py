"""Sound files: read any sensible recording as 16 kHz mono int16, write 16-bit mono WAV.

A file is material of unknown origin, so nothing is allocated from the numbers in its header: it is
decoded block by block until it ends or until more seconds have come out than the caller allows
(one hour of silence is 181 kB as FLAC).
"""

import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import soundfile

from assistant.audio.resample import Resampler, to_pcm
from assistant.audio.types import RATE, Pcm
from assistant.errors import InputError

CONTAINERS = ("WAV", "WAVEX", "RF64", "FLAC", "OGG")
"""libsndfile's names of what is accepted."""

RATES = range(8_000, 48_001)
"""Hertz accepted."""

CHANNELS = range(1, 9)
"""Channel counts accepted; they are averaged into one."""

_BLOCK = 16_384
"""Samples of one channel decoded at a time: at most 8 x 16,384 float32 = 512 KiB."""

_HEADER = 44
"""Bytes before the samples of a plain WAV file."""

_MAX_DATA = 2**32 - 1 - _HEADER
"""Bytes of samples that a WAV header can state."""


def read(path: Path, max_seconds: float = 60.0) -> Pcm:
    """Decode a whole recording: shape (n,), int16, 16 kHz, mono.

    Raises InputError naming the file and the fix if it is missing, unreadable, no WAV, FLAC or OGG
    audio, empty, damaged, of an unusual rate or channel count, or longer than `max_seconds`.
    """
    return np.concatenate(list(blocks(path, max_seconds)))


def blocks(path: Path, max_seconds: float) -> Iterator[Pcm]:
    """Like `read`, for long recordings: yields blocks of at most about 2 s each, never all at once.

    Raises as `read` does, possibly after some blocks.
    """
    with _open(path) as file:
        _check_header(path, file)
        resampler = Resampler(file.samplerate, RATE)
        limit = int(max_seconds * file.samplerate)
        frames = 0
        while len(pcm := _next_block(path, file, frames)):
            frames += len(pcm)
            if frames > limit:
                raise InputError(
                    f"{path} is longer than the {max_seconds:g} s accepted here; cut it first."
                )
            yield resampler.push(pcm)
        if frames == 0:
            raise InputError(f"{path} holds no audio; record it again.")
        yield resampler.finish()


@contextmanager
def _open(path: Path) -> Iterator[soundfile.SoundFile]:
    """By descriptor: what was checked is what is read, and a pipe or device cannot block."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {_reason(error)}; check the name.") from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a device or pipe"
            raise InputError(f"{path} is {kind}; give a WAV, FLAC or OGG file.")
        if status.st_size == 0:
            raise InputError(f"{path} is empty (0 bytes); record it again.")
        try:
            file = soundfile.SoundFile(descriptor, closefd=False)
        except soundfile.LibsndfileError as error:
            why = error.error_string.rstrip(".").replace(". ", ": ")
            raise InputError(
                f"{path} is not usable audio ({why}); give a WAV, FLAC or OGG file."
            ) from error
        with file:
            yield file
    finally:
        os.close(descriptor)


def _check_header(path: Path, file: soundfile.SoundFile) -> None:
    if file.format not in CONTAINERS:
        raise InputError(f"{path} is {file.format_info}; convert it to WAV, FLAC or OGG.")
    if file.samplerate not in RATES:
        raise InputError(
            f"{path} has a sample rate of {file.samplerate} Hz; convert it to 8000 to 48000 Hz."
        )
    if file.channels not in CHANNELS:
        raise InputError(f"{path} has {file.channels} channels; convert it to 8 or fewer.")


def _next_block(path: Path, file: soundfile.SoundFile, done: int) -> Pcm:
    """The next samples, mixed down, at the file's own rate; empty at the end."""
    try:
        samples = file.read(_BLOCK, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise InputError(
            f"{path} is damaged or cut off after {done / file.samplerate:.1f} s; copy it again."
        ) from error
    if not np.isfinite(samples).all():
        raise InputError(
            f"{path} holds samples that are not numbers (NaN or infinite); export it as 16-bit WAV."
        )
    return to_pcm(np.clip(samples, -1.0, 1.0).mean(axis=1, dtype=np.float32))


class WavWriter:
    """A 16-bit mono WAV being written on a timeline: each piece goes where it belongs.

    Positions that nothing was written to are silence; a later piece replaces an earlier one in the
    same place. The file appears under its name only when complete (`close`, or the end of a `with`
    block that did not fail), so a reader never sees half of it.
    """

    def __init__(self, path: Path, rate: int) -> None:
        """`rate`: hertz. Raises InputError if no WAV can be written at `path`."""
        check_target(path)
        self._path = path
        self._rate = rate
        self._end = 0
        self._partial = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}.part")
        try:
            self._file = open(self._partial, "xb")  # noqa: SIM115 (open until `close`)
        except OSError as error:
            raise _unwritable(path, error) from error

    @property
    def end(self) -> int:
        """Samples so far: one past the last sample written."""
        return self._end

    def append(self, pcm: Pcm) -> None:
        """Write at the end."""
        self.write(self._end, pcm)

    def write(self, at: int, pcm: Pcm) -> None:
        """Place samples, shape (n,), int16, at the writer's own rate, from sample `at` on."""
        if at < 0:
            raise ValueError(f"position {at} lies before the start of the recording")
        end = at + len(pcm)
        if end * 2 > _MAX_DATA:
            raise InputError(f"{self._path} would exceed the 4 GiB of a WAV file; record less.")
        with self._saying_why():
            self._file.seek(_HEADER + at * 2)
            self._file.write(pcm.astype("<i2").tobytes())
        self._end = max(self._end, end)

    def close(self) -> None:
        """Complete the file and give it its name."""
        with self._saying_why():
            self._file.truncate(_HEADER + self._end * 2)
            self._file.seek(0)
            self._file.write(_header(self._rate, self._end * 2))
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            os.replace(self._partial, self._path)

    def discard(self) -> None:
        """Give up: nothing remains."""
        with suppress(OSError):  # what a full disk did not take is not wanted any more
            self._file.close()
        self._partial.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    @contextmanager
    def _saying_why(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.discard()
            raise _unwritable(self._path, error) from error


def write(path: Path, pcm: Pcm, rate: int = RATE) -> None:
    """Write a 16-bit mono WAV at once; see `WavWriter`. `pcm`: shape (n,), int16, at `rate` Hz."""
    with WavWriter(path, rate) as writer:
        writer.append(pcm)


def check_target(path: Path) -> None:
    """Only a new name or an older WAV may be written: `--out notes.txt` is a slip of the hand."""
    try:
        if not path.parent.is_dir():
            raise InputError(
                f"{path} cannot be written: there is no folder {path.parent}; create it."
            )
        if not path.exists():
            return
        if not path.is_file():
            raise InputError(f"{path} is not a regular file; choose the name of a WAV file.")
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise _unwritable(path, error) from error
    if start not in (b"", b"RIFF"):
        raise InputError(f"{path} exists and is not a WAV file; choose another name.")


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(f"{path} cannot be written: {_reason(error)}; choose another place.")


def _header(rate: int, size: int) -> bytes:
    """RIFF header of 16-bit mono PCM holding `size` bytes of samples."""
    format_chunk = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    riff = struct.pack("<4sI4s", b"RIFF", _HEADER - 8 + size, b"WAVE")
    return riff + format_chunk + struct.pack("<4sI", b"data", size)


def _reason(error: OSError | ValueError) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text[:1].lower() + text[1:]
