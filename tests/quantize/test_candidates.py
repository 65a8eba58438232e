"""From what somebody names to a job: by content, checked before anything is measured."""

import json
import shutil
import struct
from pathlib import Path
from typing import Any, get_args

import pytest

from assistant.errors import InputError, ModelError
from models.store import Store
from tests.quantize.jobs import manifest, network, record, voice, whisper
from tests.quantize.toy_graphs import toy_voice_settings
from tools.quantize.candidates import LISTENERS, TEXTS, job_for
from tools.quantize.fuzz import tiny_gguf
from tools.quantize.identity import catalog_identity, identity
from tools.quantize.job import Scalar
from tools.quantize.measures.options import SttOptions, parsed
from tools.quantize.measures.recordings import for_stt, rows_of
from tools.quantize.measures.sentences import sentences_of
from tools.quantize.onnx_models.recipe import Target

ROWS: tuple[dict[str, Any], ...] = (
    {"file": "kitchen/1.wav", "text": "set a timer", "speaker": "a", "set": "k"},
    {"file": "kitchen/2.wav", "text": "stop", "speaker": "b", "set": "k"},
    {"file": "hall/3.wav", "text": "light on", "speaker": "c", "set": "h"},
    {"file": "hall/4.wav", "text": "licht an", "speaker": "c", "set": "h", "lang": "de"},
    {"file": "noise/5.wav", "label": "noise: fan", "set": "n"},
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """In which nothing is installed."""
    return Store(tmp_path / "models")


# --- what a file is -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ftype", "quantisation"), [(0, "f32"), (1, "f16"), (2008, "q5_0"), (7, "q8_0"), (2014, "q6_k")]
)
def test_whisper_files_say_their_type_themselves(
    tmp_path: Path, ftype: int, quantisation: str
) -> None:
    path = tmp_path / "ggml-tiny.en-q4_0.bin"
    path.write_bytes(b"lmgg" + struct.pack("<11i", *[0] * 10, ftype))
    assert identity(path) == ("stt", "whisper-tiny.en", quantisation)


def test_other_files_tell_by_content_name_and_neighbours(tmp_path: Path) -> None:
    gguf = tmp_path / "SmolLM2-135M-Instruct.Q4_K_M.bin"
    gguf.write_bytes(b"GGUF....")
    assert identity(gguf) == ("llm", "SmolLM2-135M-Instruct", "Q4_K_M")
    assert identity(voice(tmp_path)) == ("tts", "voice", "float32")
    (tmp_path / "hey_you.int8-dynamic.onnx").write_bytes(b"\x08\x08")
    assert identity(tmp_path / "hey_you.int8-dynamic.onnx") == ("wake", "hey_you", "int8-dynamic")


@pytest.mark.parametrize("to", get_args(Target))
def test_versions_of_a_network_are_known_by_their_names(tmp_path: Path, to: Target) -> None:
    assert identity(network(tmp_path / f"a_b-c-{to}.onnx")) == ("wake", "a_b-c", to)


def test_what_the_catalog_has_is_called_the_same_in_every_type() -> None:
    assert catalog_identity("stt", "whisper-tiny.en-q8_0", "q8_0").name == "whisper-tiny.en"
    assert catalog_identity("stt", "whisper-tiny.en", "float16")[1:] == ("whisper-tiny.en", "f16")
    assert catalog_identity("wake", "alexa", "float32")[1:] == ("alexa", "float32")


def test_a_whisper_file_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ggml-tiny.bin").write_bytes(b"lmgg" + bytes(43))
    with pytest.raises(ModelError, match=r"ggml-tiny\.bin is cut short"):
        identity(tmp_path / "ggml-tiny.bin")


@pytest.mark.parametrize("content", [b"", b"hello", b"\x7fELF"])
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.bin").write_bytes(content)
    with pytest.raises(InputError, match="is no model that can be measured"):
        identity(tmp_path / "model.bin")


# --- jobs -----------------------------------------------------------------------------------------


def test_only_recordings_that_are_measured_belong_to_the_job(tmp_path: Path, store: Store) -> None:
    data = manifest(tmp_path, *ROWS)
    job, roots = job_for(whisper(tmp_path / "w.bin"), data, store=store)
    assert [file.name for file in job.data.files] == [
        "manifest.jsonl", "kitchen/1.wav", "kitchen/2.wav", "hall/3.wav",
    ]  # fmt: skip
    assert (job.kind, job.name, job.quantisation) == ("stt", "w", "q8_0")
    assert roots == (tmp_path, None, tmp_path)


def test_the_same_subset_is_the_same_job_wherever_it_lies(tmp_path: Path, store: Store) -> None:
    """Another machine gets the files of the bundle and nothing else."""
    here, there = tmp_path / "here", tmp_path / "there"
    data = manifest(here, *ROWS)
    model = whisper(tmp_path / "w.bin")
    options: dict[str, Scalar] = {"limit": 1, "sets": "h, k"}
    job, roots = job_for(model, data, options=options, store=store)
    for file in job.data.files:
        (there / file.name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(roots.data / file.name, there / file.name)
    [row] = rows_of(job.data, there, parsed(SttOptions, job.options), for_stt("en"))
    assert row.file == job.data.files[1].name
    assert row.path.is_relative_to(there)
    record(here / "hall/3.wav", amplitude=7)  # not among them
    assert job_for(model, data, options=options, store=store)[0].key == job.key
    record(here / "kitchen/1.wav", amplitude=7)
    assert job_for(model, data, options=options, store=store)[0].key != job.key


def test_recordings_may_lie_in_the_folder_above(tmp_path: Path, store: Store) -> None:
    manifest(tmp_path, ROWS[0])
    inner = (tmp_path / "manifest.jsonl").rename(tmp_path / "kitchen" / "manifest.jsonl")
    job, roots = job_for(whisper(tmp_path / "w.bin"), inner, store=store)
    assert [file.name for file in job.data.files] == ["kitchen/manifest.jsonl", "kitchen/1.wav"]
    assert roots.data == tmp_path


def test_recordings_at_one_place_of_one_machine_are_refused(tmp_path: Path, store: Store) -> None:
    data = manifest(tmp_path, {**ROWS[0], "file": str(record(tmp_path / "a.wav"))})
    with pytest.raises(InputError, match=r"line 1: .* name it relative to the manifest"):
        job_for(whisper(tmp_path / "w.bin"), data, store=store)


def test_settings_and_options_that_are_the_defaults_make_no_difference(
    tmp_path: Path, store: Store
) -> None:
    data, model = manifest(tmp_path, *ROWS), whisper(tmp_path / "w.bin")
    plain, _ = job_for(model, data, store=store)
    settings = {"threads": "2", "language": "en"}
    said, _ = job_for(model, data, settings=settings, options={"sets": ""}, store=store)
    assert said.key == plain.key
    other, _ = job_for(model, data, settings={"threads": "4"}, options={"limit": "2"}, store=store)
    assert (other.settings, other.options) == ({"threads": 4}, {"limit": 2})


def test_a_language_chooses_its_rows(tmp_path: Path, store: Store) -> None:
    rows = [{**row, "lang": row.get("lang", "en")} for row in ROWS if "text" in row]
    data = manifest(tmp_path, *rows)
    job, _ = job_for(whisper(tmp_path / "w.bin"), data, settings={"language": "de"}, store=store)
    assert [file.name for file in job.data.files[1:]] == ["hall/4.wav"]


def test_a_wake_word_is_looked_for_by_its_name_or_another(tmp_path: Path, store: Store) -> None:
    data = manifest(tmp_path, *ROWS)
    model = network(tmp_path / "stop.onnx")
    job, _ = job_for(model, data, store=store)
    assert job.options == {"phrase": "stop"}
    assert len(job.data.files) == 6
    with pytest.raises(InputError, match=r"no recording that is measured says 'hey you'"):
        job_for(model, data, options={"phrase": "hey_you"}, store=store)


def test_a_voice_needs_its_settings_and_brings_them(tmp_path: Path, store: Store) -> None:
    path = voice(tmp_path)
    job, roots = job_for(path, reference=path, store=store)
    assert [file.name for file in job.model.files] == ["voice.onnx", "voice.onnx.json"]
    assert job.reference == job.model
    assert roots.data / job.data.main.name == TEXTS["tts"]
    assert job.options == {"stt_model": LISTENERS[1]}  # nothing better is installed here
    settings = tmp_path / "voice.onnx.json"
    settings.write_text(json.dumps(toy_voice_settings(espeak={"voice": 7})))
    with pytest.raises(ModelError, match=r"espeak\.voice is missing or no text: correct"):
        job_for(path, store=store)
    settings.unlink()
    with pytest.raises(InputError, match=r"no settings beside it: put voice\.onnx\.json there"):
        job_for(path, kind="tts", store=store)


def test_labelled_requests_lie_beside_the_text_of_a_language_model(
    tmp_path: Path, store: Store
) -> None:
    model, text = tmp_path / "m.gguf", tmp_path / "household.txt"
    model.write_bytes(tiny_gguf.gguf())
    text.write_text("Turn on the light.\n")
    job, _ = job_for(model, store=store)
    assert [file.name for file in job.data.files] == ["vetting.txt", "vetting.toml"]
    job, _ = job_for(model, text, options={"limit": "3"}, store=store)
    assert (len(job.data.files), job.options) == (1, {"limit": 3})
    text.with_suffix(".toml").write_text("")
    job, _ = job_for(model, text, store=store)
    assert [file.name for file in job.data.files] == ["household.txt", "household.toml"]


def test_our_own_sentences_can_be_spoken() -> None:
    assert len(sentences_of(TEXTS["tts"], None)) == 30
    assert len(sentences_of(TEXTS["tts"], 7)) == 7


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"data": None}, "give --data MANIFEST.jsonl"),
        ({"settings": {"thread": 2}}, "--set thread is unknown here; choose from: .*threads"),
        ({"settings": {"threads": "many"}}, "--set threads: input should be a valid integer"),
        ({"settings": {"model": "other"}}, "--set model: that is what is measured"),
        ({"options": {"limt": 2}}, "--option limt is unknown here; choose from: .*limit"),
        ({"options": {"limit": 0}}, "--option limit: "),
        ({"options": {"sets": "k,x"}}, "has no set 'x'; choose from: h, k, n"),
        ({"settings": {"language": "fr"}}, "no row can be used .*other language than fr"),
        ({"options": {"sets": "n"}}, r"no row can be used \(nobody speaks\)"),
    ],
)
def test_what_cannot_be_measured_is_said_at_once(
    tmp_path: Path, store: Store, changed: dict[str, Any], message: str
) -> None:
    rows = [{"lang": "en", **row} for row in ROWS]
    given = {"data": manifest(tmp_path, *rows), **changed}
    with pytest.raises(InputError, match=message):
        job_for(whisper(tmp_path / "w.bin"), store=store, **given)


def test_names_that_are_nothing_are_told_from_those_that_are_not_installed(
    tmp_path: Path, store: Store
) -> None:
    with pytest.raises(InputError, match=r"nothing\.bin is no file"):
        job_for(tmp_path / "nothing.bin", store=store)
    with pytest.raises(ModelError, match="did you mean whisper-tiny"):
        job_for("whisper-tinny", store=store)
    with pytest.raises(ModelError, match="is not installed"):
        job_for("whisper-tiny.en", store=store)
    with pytest.raises(InputError, match="of the kind vad"):
        job_for("silero-vad", store=store)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "has no sentences"), (b"# a\n...\n", "has no sentences"), (b"\xff", "is not UTF-8")],
)
def test_what_is_no_list_of_sentences_is_refused(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "s.txt").write_bytes(content)
    with pytest.raises(InputError, match=message):
        sentences_of(tmp_path / "s.txt", None)
