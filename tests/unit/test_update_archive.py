"""A wheelhouse as one file that its owner has put somewhere: only the very file that is meant."""

import hashlib
import io
import os
import tarfile
from pathlib import Path

import pytest

from assistant.commands import obtained
from assistant.commands.obtained import fetch, wheelhouse_of
from assistant.errors import UpdateError
from assistant.update import wheelhouse as wheelhouses
from assistant.update.archive import unpacked
from tests.fake_models import status, web_server, whole
from tests.wheelhouses import wheelhouse


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it is fetched to."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.setattr(obtained, "WORK", folder)
    return folder


def tar(*members: tuple[tarfile.TarInfo, bytes], mode: str = "w") -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as archive:  # type: ignore[call-overload]
        for member, data in members:
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return content.getvalue()


def of(folder: Path, mode: str = "w") -> bytes:
    """As `tar -C FOLDER -cf FILE .` makes it."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as archive:  # type: ignore[call-overload]
        archive.add(folder, ".")
    return content.getvalue()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_the_wheelhouse_that_was_meant(tmp_path: Path, work: Path) -> None:
    house = wheelhouse(tmp_path / "house", "2.0")
    content = of(house)
    told: list[str] = []
    with (
        web_server(status(503), whole(content)) as (url, requests),
        wheelhouse_of(url, digest(content).upper(), told.append) as folder,
    ):
        assert wheelhouses.read(folder).version == "2.0"
        assert {path.name for path in folder.iterdir()} == set(os.listdir(house))
        assert folder.parent.stat().st_mode & 0o077 == 0
        assert not (folder.parent / "wheelhouse.tar").exists()
    assert len(requests) == 2
    assert told == ["it is fetched from 127.0.0.1"]
    assert not list(work.iterdir()), "nothing is left behind"


def test_another_file_is_refused_before_it_is_looked_at(tmp_path: Path, work: Path) -> None:
    content = of(wheelhouse(tmp_path / "house", "2.0"))
    with (
        web_server(whole(content)) as (url, _),
        pytest.raises(UpdateError, match=f"SHA-256 is {digest(content)}"),
        wheelhouse_of(url, "0" * 64, print),
    ):
        pytest.fail("it was unpacked")
    assert not list(work.iterdir())


@pytest.mark.parametrize("sha256", ["", "abc", "g" * 64])
def test_without_a_digest_nobody_is_asked(sha256: str) -> None:
    with web_server(status(500)) as (url, requests):
        with pytest.raises(UpdateError, match="sha256sum"), wheelhouse_of(url, sha256, print):
            pytest.fail("it was fetched")
        assert not requests


@pytest.mark.parametrize(
    "address", ["http://example.org/a.tar", "ftp://example.org/a.tar", "file:///etc/passwd"]
)
def test_only_over_https(tmp_path: Path, address: str) -> None:
    with pytest.raises(UpdateError, match="not an https address: correct the address"):
        fetch(address, tmp_path / "a.tar")
    with web_server(status(302, Location=address)) as (url, requests):
        with pytest.raises(UpdateError, match=r"https|refused|could not"):
            fetch(url, tmp_path / "a.tar")
        assert len(requests) >= 1
    assert not (tmp_path / "a.tar").exists()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://[::1", "is no address"),
        ("https://localhost:1/ü", "is no address"),
        ("https://localhost:1/a b", "is no address"),
        ("https://localhost:port/a", "is no address"),
        ("https://…/assistant.tar", "is no address"),
        ("https://a..b/x", "is no address"),
        (f"https://{'a' * 64}/x", "is no address"),
        ("https:///x", "is no address"),
        ("http://example.com", "is not an https address"),
        ("file:///etc/passwd", "is not an https address"),
    ],
)
def test_a_wrong_address_is_one_sentence_and_nobody_is_asked(
    address: str, said: str, work: Path
) -> None:
    told: list[str] = []
    with (
        pytest.raises(UpdateError, match=f"{said}: correct the address"),
        wheelhouse_of(address, "0" * 64, told.append),
    ):
        pytest.fail("it was fetched")
    assert not told
    assert not list(work.iterdir())


def test_redirected_to_no_address(tmp_path: Path) -> None:
    with (
        web_server(status(302, Location="https://[::1")) as (url, _),
        pytest.raises(UpdateError, match="is no address"),
    ):
        fetch(url, tmp_path / "a.tar")


@pytest.mark.parametrize("code", [401, 403])
def test_what_may_not_be_read_has_no_licence(tmp_path: Path, code: int) -> None:
    with web_server(status(code)) as (url, _), pytest.raises(UpdateError) as caught:
        fetch(url, tmp_path / "a.tar")
    assert f"(status {code}): let this device read it there" in str(caught.value)
    assert "licence" not in str(caught.value)


def test_no_room_to_fetch_to_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(obtained, "WORK", tmp_path / "none")
    with (
        pytest.raises(UpdateError, match="none cannot be written"),
        wheelhouse_of("https://localhost:1/a", "0" * 64, print),
    ):
        pytest.fail("it was fetched")


def test_what_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with web_server(status(404)) as (url, _), pytest.raises(UpdateError) as caught:
        fetch(url, tmp_path / "a.tar")
    text = str(caught.value)
    assert "status 404" in text
    assert "give its folder" in text
    assert "model" not in text


def test_there_is_an_end_to_it(tmp_path: Path) -> None:
    with (
        web_server(whole(b"x" * 5000)) as (url, _),
        pytest.raises(UpdateError, match="larger than any wheelhouse"),
    ):
        fetch(url, tmp_path / "a.tar", most_bytes=4999)
    with web_server(whole(b"x" * 5000)) as (url, _):
        fetch(url, tmp_path / "a.tar", most_bytes=5000)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with web_server(whole(b"x")) as (url, _), pytest.raises(UpdateError, match="cannot be written"):
        fetch(url, tmp_path / "none" / "a.tar")


def link(kind: bytes) -> tarfile.TarInfo:
    made = tarfile.TarInfo("manifest.json")
    made.type, made.linkname = kind, "/etc/passwd"
    return made


def folder_in_it() -> tarfile.TarInfo:
    made = tarfile.TarInfo("inner")
    made.type = tarfile.DIRTYPE
    return made


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive " * 100,
        bytes(10240),
        tar((tarfile.TarInfo("a"), b"1")),
        tar((tarfile.TarInfo("../manifest.json"), b"{}")),
        tar((tarfile.TarInfo("/etc/manifest.json"), b"{}")),
        tar((tarfile.TarInfo("inner/manifest.json"), b"{}")),
        tar((tarfile.TarInfo(".hidden"), b"{}")),
        tar((link(tarfile.SYMTYPE), b"")),
        tar((link(tarfile.LNKTYPE), b"")),
        tar((link(tarfile.CHRTYPE), b"")),
        tar((folder_in_it(), b"")),
        tar((tarfile.TarInfo("a"), b"1"), (tarfile.TarInfo("./a"), b"2")),
        tar((tarfile.TarInfo("a"), b"1" * 5000))[:1500],
        tar((tarfile.TarInfo("a"), b"1"), mode="w:gz"),
    ],
    ids=(
        "nothing, words, zeros, no manifest, above, elsewhere, in a folder, hidden, symbolic "
        "link, hard link, device, folder, twice, cut off, packed"
    ).split(", "),
)
def test_nothing_else_is_unpacked(tmp_path: Path, content: bytes) -> None:
    archive = tmp_path / "a.tar"
    archive.write_bytes(content)
    with pytest.raises(UpdateError, match="tar -C WHEELHOUSE"):
        unpacked(archive, digest(content), tmp_path / "out")
    assert {path.name for path in tmp_path.iterdir()} <= {"a.tar", "out", "work"}
    assert all(path.is_file() and not path.is_symlink() for path in (tmp_path / "out").iterdir())


def test_a_folder_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with wheelhouse_of("house", "", print) as folder:
        assert folder == tmp_path / "house"
    with pytest.raises(UpdateError, match="--sha256 is for"), wheelhouse_of("house", "0", print):
        pytest.fail("a digest that nobody looks at")


def test_an_index_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with (
        pytest.raises(UpdateError, match="nobody owns") as caught,
        wheelhouse_of("index", "", print),
    ):
        pytest.fail("it was used")
    assert "make wheelhouse" in str(caught.value)
    (tmp_path / "index").mkdir()
    with wheelhouse_of("index", "", print) as folder:
        assert folder == tmp_path / "index"
