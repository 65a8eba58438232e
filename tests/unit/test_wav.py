"""Sound files: every sane recording is read, everything else is refused in one sentence."""

import os
import struct
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from assistant.audio import wav
from assistant.audio.types import RATE
from assistant.errors import InputError


def tone(rate: int = RATE, seconds: float = 0.5, channels: int = 1) -> np.ndarray:
    """A 440 Hz tone at half scale: shape (n,) or (n, channels), float32."""
    mono = 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(rate * seconds)) / rate)
    return np.repeat(mono[:, None], channels, axis=1).astype(np.float32).squeeze()


def riff(
    rate: int = RATE,
    channels: int = 1,
    bits: int = 16,
    coding: int = 1,
    stated_bytes: int | None = None,
    data: bytes = b"\1\0" * 160,
) -> bytes:
    """A WAV file with whatever header is asked for."""
    align = channels * bits // 8
    stated = len(data) if stated_bytes is None else stated_bytes
    return (
        b"RIFF"
        + struct.pack("<I", min(stated + 36, 2**32 - 1))
        + b"WAVEfmt "
        + struct.pack(
            "<IHHIIHH", 16, coding, channels, rate, rate * align % 2**32, align % 2**16, bits
        )
        + b"data"
        + struct.pack("<I", stated)
        + data
    )


# -- reading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2, 8])
def test_any_rate_and_channel_count_becomes_16_khz_mono(
    tmp_path: Path, rate: int, channels: int
) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, tone(rate, channels=channels), rate, subtype="PCM_16")
    pcm = wav.read(path)
    assert pcm.dtype == np.int16
    assert abs(len(pcm) - 8_000) <= 1
    want = tone()[800:7_200] * 32_768
    assert np.abs(pcm[800:7_200] - want).max() < 60


@pytest.mark.parametrize(
    ("extension", "subtype", "tolerance"),
    [
        ("wav", "PCM_U8", 300),
        ("wav", "PCM_16", 1),
        ("wav", "PCM_24", 1),
        ("wav", "PCM_32", 1),
        ("wav", "FLOAT", 1),
        ("wav", "DOUBLE", 1),
        ("wav", "ULAW", 600),
        ("flac", "PCM_16", 1),
        ("flac", "PCM_24", 1),
        ("ogg", "VORBIS", 1_000),
    ],
)
def test_every_sample_format(
    tmp_path: Path, extension: str, subtype: str, tolerance: float
) -> None:
    path = tmp_path / f"a.{extension}"
    soundfile.write(path, tone(), RATE, subtype=subtype)
    pcm = wav.read(path)
    assert len(pcm) == 8_000
    assert np.abs(pcm - tone() * 32_768).max() <= tolerance


def test_16_bit_16_khz_mono_is_read_bit_for_bit(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    pcm = np.random.default_rng(0).integers(-32_768, 32_768, 40_000).astype(np.int16)
    wav.write(path, pcm)
    np.testing.assert_array_equal(wav.read(path), pcm)


def test_channels_are_averaged(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.array([[1_000, 3_000]] * 100, np.int16), RATE)
    assert set(wav.read(path)) == {2_000}


def test_the_name_does_not_decide_what_a_file_is(tmp_path: Path) -> None:
    path = tmp_path / "a.raw"
    soundfile.write(path, tone(), RATE, format="FLAC")
    assert len(wav.read(path)) == 8_000


def test_floats_beyond_full_scale_are_clipped(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.array([4.0, -1e30], np.float32), RATE, subtype="FLOAT")
    np.testing.assert_array_equal(wav.read(path), [32_767, -32_768])


def test_a_header_that_promises_4_gib_costs_nothing(tmp_path: Path) -> None:
    """Recorders that stream to a pipe leave such headers: what is there is used."""
    path = tmp_path / "a.wav"
    path.write_bytes(riff(stated_bytes=2**32 - 16))
    assert len(wav.read(path)) == 160


def test_blocks_are_small_and_add_up(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, tone(8_000, seconds=30, channels=2), 8_000)
    pieces = list(wav.blocks(path, max_seconds=3_600))
    assert max(map(len, pieces)) < 3 * RATE
    np.testing.assert_array_equal(np.concatenate(pieces), wav.read(path))


# -- refusing --------------------------------------------------------------------------------------

BAD_FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "text": (b"hello, world. " * 50, "not usable audio"),
    "only half a header": (riff()[:30], "not usable audio"),
    "no samples": (riff(data=b""), "holds no audio"),
    "0 Hz": (riff(rate=0), "not usable audio"),
    "4 GHz": (riff(rate=4_000_000_000), "not usable audio"),
    "96 kHz": (riff(rate=96_000), "sample rate of 96000 Hz"),
    "4 kHz": (riff(rate=4_000), "sample rate of 4000 Hz"),
    "0 channels": (riff(channels=0), "not usable audio"),
    "9 channels": (riff(channels=9, data=bytes(180)), "9 channels"),
    "65,535 channels": (riff(channels=65_535), "not usable audio"),
    "0 bits": (riff(bits=0), "not usable audio"),
    "MP3 inside": (riff(coding=0x55), "not usable audio"),
    "not a number": (
        riff(coding=3, bits=32, data=struct.pack("<4f", 0, np.nan, 0, 0)),
        "not numbers",
    ),
    "infinite": (riff(coding=3, bits=32, data=struct.pack("<4f", 0, np.inf, 0, 0)), "not numbers"),
}


def refusal(path: Path, max_seconds: float = 60.0) -> str:
    """The one sentence with which a file is refused; it names the file and ends in a full stop."""
    with pytest.raises(InputError) as refused:
        wav.read(path, max_seconds)
    sentence = str(refused.value)
    assert str(path) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert ". " not in sentence.replace(str(path), "")
    return sentence


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    content, words = BAD_FILES[name]
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    assert words in refusal(path)


@pytest.mark.parametrize("extension", ["mp3", "aiff"])
def test_other_sound_formats_are_named(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"a.{extension}"
    soundfile.write(path, tone(), RATE)
    assert "convert it to WAV" in refusal(path)


@pytest.mark.parametrize("extension", ["flac", "ogg"])
def test_a_compressed_file_that_was_cut_off(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"a.{extension}"
    soundfile.write(path, tone(seconds=5), RATE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    refusal(path)


def test_a_flac_with_a_flipped_stretch(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, tone(seconds=5), RATE)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 64] = bytes(byte ^ 0xFF for byte in content[middle : middle + 64])
    path.write_bytes(content)
    assert "damaged" in refusal(path)


def test_missing_folder_link_loop_and_impossible_name(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "absent.wav")
    assert "folder" in refusal(tmp_path)
    loop = tmp_path / "loop.wav"
    loop.symlink_to(loop)
    refusal(loop)
    refusal(tmp_path / "nul\0.wav")


def test_permission_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the refusal of the system is played."""

    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    assert "permission denied" in refusal(tmp_path / "a.wav")


def test_a_pipe_or_device_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    assert "device or pipe" in refusal(pipe)
    assert "device or pipe" in refusal(Path("/dev/zero"))


def test_an_hour_of_silence_is_refused_by_the_cap(tmp_path: Path) -> None:
    path = tmp_path / "hour.flac"
    with soundfile.SoundFile(path, "w", RATE, 1, "PCM_16") as file:
        for _ in range(60):
            file.write(np.zeros(60 * RATE, np.int16))
    assert path.stat().st_size < 200_000
    assert "longer than the 60 s" in refusal(path)


def test_the_cap_is_exact(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    wav.write(path, np.ones(RATE, np.int16))
    assert len(wav.read(path, max_seconds=1.0)) == RATE
    assert "longer than the 0.99 s" in refusal(path, max_seconds=0.99)


@given(content=st.binary(max_size=400), keep=st.integers(0, 60))
def test_no_bytes_bring_anything_but_audio_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, keep: int
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "a.wav"
    path.write_bytes(riff()[:keep] + content)
    with suppress(InputError):
        assert len(wav.read(path)) <= 400 * 6  # at most resampled from 8 kHz, 8 bits
