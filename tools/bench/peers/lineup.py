"""Who takes part."""

from collections.abc import Callable, Sequence

from assistant.config import Settings
from assistant.errors import AssistantError, InputError
from assistant.parts import Engines
from assistant.vad import VoiceDetector
from tools.bench.peers.answer import System
from tools.bench.peers.chain import Chain
from tools.bench.peers.early import EarlyTranscription
from tools.bench.peers.home_assistant import HomeAssistantPipeline
from tools.bench.peers.ours import Ours
from tools.bench.peers.workshop import Workshop

OURS = "ours"


def _naive(shop: Workshop, vad: VoiceDetector) -> System:
    return Chain("naive", vad, shop.faster_whisper, shop.writer, shop.voice)


def _home_assistant(shop: Workshop, vad: VoiceDetector) -> System:
    ears, voice = shop.wyoming_faster_whisper_port, shop.wyoming_piper_port
    return HomeAssistantPipeline("home-assistant", vad, ears, shop.writer, voice)


def _pywhispercpp(shop: Workshop, vad: VoiceDetector) -> System:
    return Chain("pywhispercpp", vad, shop.whisper_cpp, shop.writer, shop.voice)


def _realtimestt(shop: Workshop, vad: VoiceDetector) -> System:
    return EarlyTranscription("realtimestt", vad, shop.faster_whisper, shop.writer, shop.voice)


PEERS: dict[str, Callable[[Workshop, VoiceDetector], System]] = {
    "naive": _naive,
    "home-assistant": _home_assistant,
    "pywhispercpp": _pywhispercpp,
    "realtimestt": _realtimestt,
}


def lineup(
    names: Sequence[str],
    shop: Workshop,
    settings: Settings,
    parts: Engines,
    leave_out: Callable[[str, AssistantError], None],
) -> list[System]:
    """We and the peers named (all if none is); `leave_out` is told of each that cannot be had.

    Raises InputError for a name that does not exist.
    """
    for name in names:
        if name not in PEERS:
            raise InputError(f"There is no peer {name!r}; choose from: {', '.join(PEERS)}.")
    systems: list[System] = [Ours(settings, parts)]
    for name in names or PEERS:
        try:
            systems.append(PEERS[name](shop, parts.vad))
        except AssistantError as error:
            leave_out(name, error)
    return systems
