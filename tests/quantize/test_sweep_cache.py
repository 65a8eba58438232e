"""Files arrive in pieces, whole or not at all, each once, and a full disk is no surprise."""

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ModelError
from tests.quantize.sweep_jobs import work
from tools.quantize.bundle import Bundle, FileRef
from tools.quantize.sweep.cache import SPARE_BYTES, Cache
from tools.quantize.sweep.feeding import parcels


def ref(content: bytes, name: str = "file") -> FileRef:
    return FileRef(name=name, sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))


def fill(cache: Cache, root: Path, bundle: Bundle) -> None:
    for file in bundle.files:
        cache.append(file, 0, (root / file.name).read_bytes())


@settings(max_examples=25)  # each writes files durably, which takes its time
@given(st.binary(max_size=50), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))))
def test_whatever_pieces_come_only_the_whole_file_appears(
    content: bytes, cuts: list[tuple[int, int]]
) -> None:
    file = ref(content)
    with TemporaryDirectory() as folder:
        cache = Cache(Path(folder))
        here = 0
        for offset, end in cuts:
            piece = content[offset:end]
            here = cache.append(file, offset, piece)
            assert cache.lacking([file]) in ({}, {file: here})
        here = cache.append(file, here, content[here:])
        assert here == len(content)
        assert not cache.lacking([file])
        assert cache.append(file, 0, b"more") == len(content)
        assert [path.name for path in (Path(folder) / "blobs").iterdir()] == [file.sha256]


def test_what_differs_from_what_was_asked_for_is_refused_and_comes_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    file = ref(b"right")
    with pytest.raises(ModelError, match="did not arrive as it was"):
        cache.append(file, 0, b"wrong")
    assert cache.lacking([file]) == {file: 0}
    assert cache.append(file, 0, b"too long") == 0
    assert cache.append(file, 0, b"right") == 5


def test_a_damaged_file_is_noticed(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    file = ref(b"right")
    cache.append(file, 0, b"right")
    (tmp_path / "blobs" / file.sha256).write_bytes(b"wrong")
    assert cache.lacking([file]) == {file: 0}


def test_a_tree_has_the_files_under_their_names(tmp_path: Path) -> None:
    (job, roots, _) = work(tmp_path)
    cache = Cache(tmp_path / "cache")
    fill(cache, roots.data, job.data)
    tree = cache.tree(job.data)
    for file in job.data.files:
        assert (tree / file.name).read_bytes() == (roots.data / file.name).read_bytes()
    inode = (tree / "manifest.jsonl").stat().st_ino
    assert cache.tree(job.data) == tree
    assert (tree / "manifest.jsonl").stat().st_ino == inode
    (tree / "clips/1.flac").unlink()
    assert (cache.tree(job.data) / "clips/1.flac").exists()
    assert [path.name for path in (tmp_path / "cache/trees").iterdir()] == [job.data.digest]


def test_what_is_not_needed_makes_room(tmp_path: Path) -> None:
    jobs = [work(tmp_path, number).job for number in (1, 2)]
    free = SPARE_BYTES + jobs[1].model.main.bytes - 1
    blobs = tmp_path / "cache" / "blobs"

    def left(_: Path) -> int:
        gone = jobs[0].model.main.sha256 not in {path.name for path in blobs.iterdir()}
        return free + (jobs[0].model.main.bytes if gone else 0)

    cache = Cache(tmp_path / "cache", left)
    fill(cache, tmp_path / "model1", jobs[0].model)
    fill(cache, tmp_path / "data", jobs[0].data)
    cache.tree(jobs[0].model)
    cache.make_room([jobs[1].model, jobs[1].data])
    assert not list((tmp_path / "cache" / "trees").iterdir())
    assert cache.lacking(jobs[0].data.files) == {}
    assert cache.lacking([jobs[0].model.main]) == {jobs[0].model.main: 0}


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    job = work(tmp_path).job
    cache = Cache(tmp_path / "cache", lambda _: 1000)
    fill(cache, tmp_path / "data", job.data)
    with pytest.raises(ModelError, match="disk is too full"):
        cache.make_room([job.model, job.data])
    assert cache.lacking(job.data.files) == {}
    cache.make_room([job.data])  # nothing is lacking


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 20)), max_size=4))
def test_parcels_are_small_and_hold_everything(files: list[tuple[int, int]]) -> None:
    with TemporaryDirectory() as folder:
        lacking = []
        for number, (size, offset) in enumerate(files):
            path = Path(folder) / str(number)
            path.write_bytes(bytes([number]) * size)
            lacking.append((path, str(number), min(offset, size)))
        came = {name: [offset, 0] for _, name, offset in lacking}
        for parcel in parcels(lacking, size=10):
            assert sum(len(data) for _, _, data in parcel) <= 10
            for name, offset, data in parcel:
                assert offset == sum(came[name])
                assert set(data) <= {int(name)}
                came[name][1] += len(data)
        assert [sum(each) for each in came.values()] == [size for size, _ in files]
