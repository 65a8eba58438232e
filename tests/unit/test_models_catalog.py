"""The catalog: what ships is right, and what is wrong is named."""

from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ModelError
from models.catalog import Catalog, QuantizedSource, UrlSource, default_catalog, load_catalog
from tests.fake_models import entry_table, file_table

DEFAULT = {
    "openwakeword-features",
    "hey_jarvis",
    "alexa",
    "hey_mycroft",
    "silero-vad",
    "smart-turn-v3.2",
    "whisper-tiny.en-q8_0",
    "smollm2-135m-instruct",
    "en_US-joe-medium",
}
ENTRY = """
[entries.alexa]
kind = "wake"
licence = "MIT"
languages = ["en"]
quantisation = "float32"
boards = ["pi5-8gb"]
description = "a test"
[[entries.alexa.files]]
path = "alexa.onnx"
bytes = 3
source = { type = "url", url = "https://example.org/alexa.onnx" }
"""


def test_the_default_bundle_has_one_model_of_every_stage() -> None:
    bundle = default_catalog().bundle("default")
    assert {entry.name for entry in bundle} == DEFAULT
    assert {entry.kind for entry in bundle} == {"wake", "vad", "turn", "stt", "llm", "tts"}


def test_the_default_bundle_is_pinned_by_the_catalog_itself() -> None:
    files = [file for entry in default_catalog().bundle("default") for file in entry.files]
    assert all(file.sha256 for file in files)


def test_the_multilingual_bundle_holds_whisper_base() -> None:
    assert [e.name for e in default_catalog().bundle("multilingual")] == ["whisper-base-q8_0"]


def test_main_files_stand_beside_what_engines_expect_there() -> None:
    entries = default_catalog().entries
    paths = {name: [file.path for file in entries[name].files] for name in entries}
    assert paths["openwakeword-features"] == ["melspectrogram.onnx", "embedding_model.onnx"]
    for name, entry in entries.items():
        if entry.kind == "tts":
            assert paths[name] == [f"{name}.onnx", f"{name}.onnx.json"]


def test_rebuilt_whisper_files_carry_the_sums_that_whisper_cpp_publishes() -> None:
    entries = default_catalog().entries
    assert {name: entries[name].files[0].sha1 for name in ("whisper-tiny.en", "whisper-base")} == {
        "whisper-tiny.en": "c78c86eb1a8faa21b369bcd33207cc90d64ae9df",
        "whisper-base": "465707469ff3a37a2b9b8d8f89f2f99de7299dac",
    }


def test_downloads_come_over_https_and_fit_a_named_board() -> None:
    for entry in default_catalog().entries.values():
        assert entry.boards
        for file in entry.files:
            if isinstance(file.source, UrlSource):
                assert file.source.url.startswith("https://")
                assert file.source.url.endswith(f"/{file.path}")


def test_wheels_of_a_quantised_model_are_those_of_its_base() -> None:
    catalog = default_catalog()
    assert catalog.wheels_of([catalog.entry("whisper-tiny.en-q8_0")]) == {"whisper-tiny-en"}


def test_an_unknown_name_is_answered_with_the_closest_ones() -> None:
    with pytest.raises(ModelError, match=r"no model 'whisper-tiny': did you mean whisper-tiny"):
        default_catalog().entry("whisper-tiny")
    with pytest.raises(ModelError, match="see `assistant models list`"):
        default_catalog().entry("0")


def test_an_unknown_bundle_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ModelError, match="it has default, multilingual"):
        default_catalog().bundle("defualt")


def _load(tmp_path: Path, text: str) -> Catalog:
    path = tmp_path / "catalog.toml"
    path.write_text(text)
    return load_catalog(path)


def test_a_catalog_of_one_entry_loads(tmp_path: Path) -> None:
    entry = _load(tmp_path, ENTRY).entry("alexa")
    assert (entry.name, entry.bytes, entry.files[0].pinned) == ("alexa", 3, False)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("licence", "license", "entries/alexa/lic"),
        ('"wake"', '"ears"', "entries/alexa/kind"),
        ('"pi5-8gb"', '"pi9"', "entries/alexa/boards/0"),
        ('path = "alexa.onnx"', 'path = "../alexa.onnx"', "entries/alexa/files/0/path"),
        ('path = "alexa.onnx"', 'path = "/etc/passwd"', "entries/alexa/files/0/path"),
        ('path = "alexa.onnx"', 'path = ".hidden"', "entries/alexa/files/0/path"),
        ("bytes = 3", "bytes = -3", "entries/alexa/files/0/bytes"),
        ("bytes = 3", 'bytes = 3\nsha256 = "abc"', "entries/alexa/files/0/sha256"),
        ("https://", "http://", "entries/alexa/files/0/source/url"),
        ('"url", url', '"ftp", url', "entries/alexa/files/0/source"),
    ],
)
def test_a_wrong_key_or_value_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    with pytest.raises(ModelError) as caught:
        _load(tmp_path, ENTRY.replace(old, new))
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


def test_text_that_is_not_toml_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        _load(tmp_path, "[entries")
    with pytest.raises(ModelError, match="cannot be read"):
        load_catalog(tmp_path / "absent.toml")


def _quantised(of: str) -> dict[str, Any]:
    source = QuantizedSource(type="quantized", entry=of, format="q8_0")
    return entry_table(f"small-{of}", file_table("small.bin", b"x", source.model_dump()))


def test_references_must_lead_somewhere() -> None:
    wheel = {"type": "wheel", "wheel": "gone", "member": "a"}
    lost = entry_table("lost", file_table("lost.bin", b"x", wheel))
    for tables, complaint in (
        ({"lost": lost}, "lost: there is no wheel 'gone'"),
        ({"a": _quantised("gone")}, "there is no entry 'gone'"),
        ({"a": _quantised("b"), "b": _quantised("a")}, "is itself quantised"),
    ):
        with pytest.raises(ValueError, match=complaint):
            Catalog.model_validate({"entries": tables})
