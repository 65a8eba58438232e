"""Downloads: whole, or one sentence and nothing wrong left behind."""

from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from assistant.errors import ModelError
from models.download import Download, require_secure
from models.storage import explained
from tests.fake_models import Answer, rest, status, web_server, whole

CONTENT = bytes(range(256)) * 2000


class Fetch:
    """Downloads CONTENT from a scripted server and remembers what was seen."""

    def __init__(self, folder: Path) -> None:
        self.part = folder / "voice.part"
        self.pauses: list[float] = []
        self.progress: list[int] = []
        self.requests: list[dict[str, str]] = []

    def __call__(self, *answers: Answer, size: int | None = len(CONTENT)) -> None:
        with web_server(*answers) as (url, requests):
            self.requests = requests
            self.url = url
            Download(url, self.part, size, self.progress.append, self.pauses.append).run()


@pytest.fixture
def fetch(tmp_path: Path) -> Fetch:
    return Fetch(tmp_path)


def test_a_file_arrives_whole_with_its_progress(fetch: Fetch) -> None:
    fetch(whole(CONTENT))
    assert fetch.part.read_bytes() == CONTENT
    assert fetch.progress[-1] == len(CONTENT)
    assert list(fetch.part.parent.iterdir()) == [fetch.part]


def test_a_dropped_connection_goes_on_where_it_broke(fetch: Fetch) -> None:
    fetch(rest(CONTENT, sent=100_000), rest(CONTENT, sent=150_000), rest(CONTENT))
    assert fetch.part.read_bytes() == CONTENT
    assert [request.get("Range") for request in fetch.requests] == [
        None,
        "bytes=100000-",
        "bytes=250000-",
    ]
    assert fetch.pauses == [1.0, 1.0]  # progress was made, so patience starts anew


def test_the_next_pull_goes_on_too(fetch: Fetch) -> None:
    with pytest.raises(ModelError, match=r"100,000 bytes are kept"):
        fetch(rest(CONTENT, sent=100_000), status(503))
    fetch(rest(CONTENT))
    assert fetch.requests[0]["Range"] == "bytes=100000-"
    assert fetch.part.read_bytes() == CONTENT


def test_a_server_that_ignores_range_starts_over(fetch: Fetch) -> None:
    fetch(whole(CONTENT, sent=100_000), whole(CONTENT))
    assert fetch.requests[1]["Range"] == "bytes=100000-"
    assert fetch.part.read_bytes() == CONTENT


def test_a_file_replaced_meanwhile_starts_over(fetch: Fetch) -> None:
    new = CONTENT[::-1]
    fetch(rest(CONTENT, etag='"v1"', sent=100_000), rest(new, etag='"v2"'))
    assert fetch.part.read_bytes() == new


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_without_a_strong_validator_nothing_is_continued(fetch: Fetch, etag: str | None) -> None:
    fetch(whole(CONTENT, etag, sent=100_000), whole(CONTENT, etag))
    assert "Range" not in fetch.requests[1]
    assert fetch.part.read_bytes() == CONTENT


def test_a_part_longer_than_the_file_is_dropped(fetch: Fetch) -> None:
    fetch.part.write_bytes(CONTENT + b"more")
    fetch.part.with_name("voice.part.validator").write_text('"v1"')
    fetch(status(416), whole(CONTENT))
    assert fetch.part.read_bytes() == CONTENT


def test_another_part_than_asked_for_is_not_glued_on(fetch: Fetch) -> None:
    elsewhere = status(206, **{"Content-Range": f"bytes 7-9/{len(CONTENT)}"})
    fetch(rest(CONTENT, sent=1000), elsewhere, whole(CONTENT))
    assert fetch.part.read_bytes() == CONTENT


def test_another_length_than_the_catalog_says_is_refused(fetch: Fetch) -> None:
    with pytest.raises(ModelError, match="has 4 bytes where the catalog says 512,000"):
        fetch(whole(b"html"))
    assert not fetch.part.exists()
    assert fetch.pauses == []


def test_a_server_that_sends_without_end_is_cut_off(fetch: Fetch) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for _ in range(2):
            handler.wfile.write(b"%x\r\n%b\r\n" % (len(CONTENT), CONTENT))
        handler.wfile.write(b"0\r\n\r\n")

    with pytest.raises(ModelError, match="sends more than the 512,000 bytes"):
        fetch(endless)
    assert not fetch.part.exists()


def test_an_unknown_length_is_taken_from_the_server(fetch: Fetch) -> None:
    fetch(whole(CONTENT), size=None)
    assert fetch.part.read_bytes() == CONTENT


@pytest.mark.parametrize("code", [401, 403, 404, 410, 451])
def test_a_refusal_is_final_and_says_what_to_do(fetch: Fetch, code: int) -> None:
    with pytest.raises(ModelError, match=rf"status {code}.*--from FOLDER") as caught:
        fetch(status(code))
    assert len(fetch.requests) == 1
    assert "\n" not in str(caught.value)


def test_a_busy_server_is_asked_again_with_growing_pauses(fetch: Fetch) -> None:
    fetch(status(503), status(429), status(500), whole(CONTENT))
    assert fetch.pauses == [1.0, 2.0, 4.0]
    assert fetch.part.read_bytes() == CONTENT


def test_a_server_that_never_delivers_ends_in_one_sentence(fetch: Fetch) -> None:
    with pytest.raises(ModelError, match="status 503: check the network and pull again"):
        fetch(status(503))
    assert len(fetch.requests) == 4


def test_no_network_is_one_sentence(tmp_path: Path) -> None:
    with web_server(status(200)) as (url, _):
        closed = url  # nobody listens there once the server is gone
    pauses: list[float] = []
    download = Download(closed, tmp_path / "part", 1, lambda done: None, pauses.append)
    with pytest.raises(ModelError, match=r"could not be fetched, .*Connection refused") as caught:
        download.run()
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_sentence(fetch: Fetch, tmp_path: Path) -> None:
    fetch.part.symlink_to("/dev/full")
    with pytest.raises(ModelError, match="disk is full"), explained(tmp_path):
        fetch(whole(CONTENT))


@pytest.mark.parametrize(
    ("url", "secure"),
    [
        ("https://example.org/a", True),
        ("http://127.0.0.1:8000/a", True),
        ("http://localhost/a", True),
        ("http://[::1]/a", True),
        ("http://example.org/a", False),
        ("http://127.0.0.1.example.org/a", False),
        ("file:///etc/passwd", False),
        ("ftp://example.org/a", False),
    ],
)
def test_only_https_and_this_machine_are_trusted(url: str, secure: bool) -> None:
    refusal = nullcontext() if secure else pytest.raises(ModelError, match="not an https address")
    with refusal:
        require_secure(url)


def test_a_redirect_may_not_lead_out_of_https(fetch: Fetch) -> None:
    with pytest.raises(ModelError, match=r"http://example\.org/evil is not an https address"):
        fetch(status(302, Location="http://example.org/evil"))


def test_a_redirect_on_this_machine_is_followed_with_its_range(fetch: Fetch) -> None:
    with web_server(rest(CONTENT)) as (cdn, requests):
        fetch.part.write_bytes(CONTENT[:1000])
        fetch.part.with_name("voice.part.validator").write_text('"v1"')
        fetch(status(302, Location=cdn))
    assert requests[0]["Range"] == "bytes=1000-"
    assert fetch.part.read_bytes() == CONTENT
