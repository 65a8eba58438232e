"""Download one file over HTTPS, going on where an interruption left off (RFC 9110, section 14).

The part fetched so far stays beside a note of the server's validator (ETag or Last-Modified), and
is only continued if the server says with If-Range that the file is still the same one.
"""

import http.client
import ipaddress
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, BinaryIO
from urllib.parse import SplitResult, urlsplit

from assistant.errors import ModelError
from models.storage import CHUNK_BYTES

_TIMEOUT_S = 30.0
_ATTEMPTS = 4
"""Failures in a row, without a single byte of progress between them, before giving up."""
_LONGEST_PAUSE_S = 30.0
_CORRECT = "correct it in the model catalog."
_RETRIED_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})

_Headers = http.client.HTTPMessage
_NETWORK_ERRORS = (
    urllib.error.URLError,
    http.client.HTTPException,
    ssl.SSLError,
    TimeoutError,
    ConnectionError,
)


class DownloadError(ModelError):
    """A file cannot be fetched. `what`: without the way out, which is another for what is no model.
    `status`: that of HTTP with which the server refused, else None."""

    def __init__(self, what: str, remedy: str, status: int | None = None) -> None:
        super().__init__(f"{what}: {remedy}")
        self.what = what
        self.status = status


class Download:
    """One file on its way from `url` to `part`; `size` is its exact length in bytes, if known."""

    def __init__(
        self,
        url: str,
        part: Path,
        size: int | None,
        advance: Callable[[int], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = url
        self.part = part
        self._validator_note = part.with_name(part.name + ".validator")
        self._size = size
        self._advance = advance
        self._sleep = sleep
        self._opener = urllib.request.build_opener(_SecureRedirects())

    def run(self) -> None:
        """Fetch until `part` is complete.

        Raises DownloadError if the server refuses, offers another length, or cannot be reached
        after several attempts (what has arrived is kept for the next call).
        """
        require_secure(self._url)
        failures = 0
        while True:
            before = self._have()
            try:
                self._attempt()
            except _RetryableError as retry:
                failures = 1 if self._have() > before else failures + 1
                if failures == _ATTEMPTS:
                    raise self._unreachable(retry) from retry
                self._sleep(min(2.0 ** (failures - 1), _LONGEST_PAUSE_S))
                continue
            self._validator_note.unlink(missing_ok=True)
            return

    def discard(self) -> None:
        """Forget what has arrived: it turned out to be wrong."""
        self.part.unlink(missing_ok=True)
        self._validator_note.unlink(missing_ok=True)

    def _attempt(self) -> None:
        """One request. Returns when the file is complete; _RetryableError: another may help."""
        have = self._have()
        if have and have == self._size:
            return
        request = urllib.request.Request(self._url, headers=self._request_headers(have))
        try:
            with self._opener.open(request, timeout=_TIMEOUT_S) as response:
                self._receive(response, have)
        except http.client.InvalidURL as error:  # one of the network's errors, but for good
            raise _no_address(self._url) from error
        except urllib.error.HTTPError as error:
            with error:
                self._refused(error.code)
        except _NETWORK_ERRORS as error:
            reason = getattr(error, "reason", None) or error
            raise _RetryableError(str(reason) or type(error).__name__) from error
        except ValueError as error:  # of where it is redirected to
            raise _no_address(self._url) from error

    def _request_headers(self, have: int) -> dict[str, str]:
        headers = {"User-Agent": "kitchen-assistant", "Accept-Encoding": "identity"}
        if have:
            headers |= {
                "Range": f"bytes={have}-",
                "If-Range": self._validator_note.read_text("utf-8"),
            }
        return headers

    def _have(self) -> int:
        """Bytes that may be continued: none without the validator they came with."""
        if self.part.exists() and self._validator_note.exists():
            return self.part.stat().st_size
        return 0

    def _refused(self, status: int) -> None:
        if status == 416:  # our part is longer than the file
            self.discard()
            raise _RetryableError("the file has changed on the server")
        if status in _RETRIED_STATUS:
            raise _RetryableError(f"status {status}")
        why = {
            401: ", perhaps until its licence is accepted",
            403: ", perhaps until its licence is accepted",
            404: ", it is not there",
            410: ", it is no longer there",
        }
        raise DownloadError(
            f"{self._url} was refused (status {status}{why.get(status, '')})",
            "download it by hand into a folder and run `assistant models pull --from FOLDER`, or "
            "choose another model.",
            status,
        )

    def _receive(self, response: http.client.HTTPResponse, have: int) -> None:
        start = have if response.status == 206 else 0
        if start and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            self.discard()
            raise _RetryableError("the server answered with another part of the file")
        total = _total_bytes(response.headers, start)
        if self._size is not None and total is not None and total != self._size:
            self.discard()
            raise DownloadError(
                f"{self._url} has {total:,} bytes where the catalog says {self._size:,}",
                "it has been replaced; update the assistant, or choose another model.",
            )
        expected = total if total is not None else self._size
        with self.part.open("r+b" if start else "wb") as file:
            file.seek(start)
            self._note_validator(response.headers)
            done = self._copy(response, file, start, expected)
        if expected is not None and done < expected:
            raise _RetryableError(f"the connection ended at byte {done:,} of {expected:,}")

    def _copy(self, response: IO[bytes], file: BinaryIO, start: int, expected: int | None) -> int:
        done = start
        while chunk := response.read(CHUNK_BYTES):
            done += len(chunk)
            if expected is not None and done > expected:
                self.discard()
                raise DownloadError(
                    f"{self._url} sends more than the {expected:,} bytes it should have",
                    "pull again, or choose another model.",
                )
            file.write(chunk)
            self._advance(done)
        return done

    def _note_validator(self, headers: _Headers) -> None:
        etag = headers.get("ETag", "")
        validator = etag if etag and not etag.startswith("W/") else headers.get("Last-Modified")
        if validator is None:
            self._validator_note.unlink(missing_ok=True)
        else:
            self._validator_note.write_text(validator, "utf-8")

    def _unreachable(self, retry: "_RetryableError") -> DownloadError:
        kept = f" ({self._have():,} bytes are kept)" if self._have() else ""
        return DownloadError(
            f"{self._url} could not be fetched, {retry}{kept}",
            "check the network and pull again, or download it elsewhere and use "
            "`assistant models pull --from FOLDER`.",
        )


class _RetryableError(Exception):
    """This attempt failed in a way that the next one may not."""


class _SecureRedirects(urllib.request.HTTPRedirectHandler):
    """Follow a redirect only to where the first address would have been allowed to point."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: _Headers,
        newurl: str,
    ) -> urllib.request.Request | None:
        require_secure(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def require_secure(url: str) -> None:
    """Raises DownloadError unless `url` is an address, and https, or http to this very machine."""
    try:
        parts = urlsplit(url)
        secure = parts.scheme == "https" or (
            parts.scheme == "http" and _is_loopback(parts.hostname)
        )
        if secure:
            _check(parts)
    except ValueError as error:
        raise _no_address(url) from error
    if not secure:
        raise DownloadError(f"{url} is not an https address", _CORRECT)


def _check(parts: SplitResult) -> None:
    """Raises ValueError if nobody could be asked for it."""
    host = (parts.hostname or "").encode("idna").decode("ascii")
    host.encode("idna")  # again: an ellipsis has become three dots by now
    asked = f"{parts.path}{parts.query}"
    if not host or " " in asked or not (asked.isascii() and asked.isprintable()):
        raise ValueError("what http.client would refuse")
    _ = parts.port


def _no_address(url: str) -> DownloadError:
    return DownloadError(f"{url} is no address", _CORRECT)


def _is_loopback(host: str | None) -> bool:
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"


def _total_bytes(headers: _Headers, start: int) -> int | None:
    """Length of the whole file, as the server states it."""
    _, _, total = headers.get("Content-Range", "").rpartition("/")
    if total.isdigit():
        return int(total)
    length = headers.get("Content-Length", "")
    return start + int(length) if length.isdigit() else None
