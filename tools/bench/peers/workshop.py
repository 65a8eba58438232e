"""Engines in their processes, each started when the first system asks for it."""

from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from assistant.config import Settings
from models.store import Store
from tools.bench.peers import child, environment
from tools.bench.peers.child import Child
from tools.bench.peers.stages import Ears, Voice, Writer
from tools.bench.peers.weights import tiny_en
from tools.bench.peers.wyoming_server import WyomingServer


class Workshop:
    """Everything raises AssistantError if an engine cannot be had."""

    def __init__(self, stack: ExitStack, settings: Settings, store: Store) -> None:
        """`stack` ends the processes."""
        self._stack = stack
        self._settings = settings
        self._store = store
        self._logs = environment.home() / "logs"

    @cached_property
    def faster_whisper(self) -> Ears:
        python = environment.python("faster-whisper")
        return Ears(self._child("faster_whisper", python, str(tiny_en()), self._stt_threads))

    @cached_property
    def whisper_cpp(self) -> Ears:
        weights = self._store.path(self._settings.stt.model)
        return Ears(self._child("whisper_cpp", child.ours(), str(weights)))

    @cached_property
    def writer(self) -> Writer:
        settings = self._settings.llm
        weights = self._store.path(settings.model)
        process = self._child("llama", child.ours(), str(weights), str(settings.threads))
        return Writer(process, settings)

    @cached_property
    def voice(self) -> Voice:
        return Voice(self._child("piper_voice", child.ours(), str(self._voice_file)))

    @cached_property
    def wyoming_faster_whisper_port(self) -> int:
        folder = str(tiny_en())
        return self._server(
            "wyoming_faster_whisper",
            *("--model", folder, "--data-dir", folder, "--local-files-only"),
            *("--stt-library", "faster-whisper", "--language", "en"),
            *("--compute-type", "int8", "--cpu-threads", self._stt_threads),
        )

    @cached_property
    def wyoming_piper_port(self) -> int:
        file = self._voice_file
        return self._server(
            "wyoming_piper",
            *("--voice", file.stem, "--data-dir", str(file.parent), "--local-files-only"),
        )

    @property
    def _voice_file(self) -> Path:
        return self._store.path(self._settings.tts.voice)

    @property
    def _stt_threads(self) -> str:
        return str(self._settings.stt.threads)

    def _child(self, server: str, python: Path, *arguments: str) -> Child:
        process = self._stack.enter_context(Child(server, python, arguments, self._logs))
        process.wait()
        return process

    def _server(self, module: str, *arguments: str) -> int:
        python = environment.python("home-assistant")
        server = self._stack.enter_context(WyomingServer(module, python, arguments, self._logs))
        server.wait()
        return server.port
