"""Who may import whom. The table is the rule; the tests walk every import statement there is."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
HOUSE = ("assistant", "models", "hw", "tools")


class Layer(NamedTuple):
    modules: str
    """Names or prefixes; the longest that fits a module decides its layer."""
    may_import: str
    """Other layers, besides itself."""


LAYERS = {
    # What everything speaks of.
    "values": Layer(
        "assistant assistant.{errors,settings,events,pace,actions,alerts,world,pulse} "
        "assistant.audio.{rate,types}",
        "",
    ),
    # One Protocol and its value types each: the pipeline.
    "domain": Layer(
        "assistant.{mic,echo,wake,vad,turn,stt,llm,tts,speaker,home.home,home.settings} "
        "assistant.panel.settings",
        "values",
    ),
    # Pure: decisions as functions of what happened and when.
    "core": Layer(
        "assistant.{conversation,transitions,request,interruption,reply,memory,ringing} "
        "assistant.{policy,pauses,asking,endings,listen,gate,hush,sentences,prompt,announcement} "
        "assistant.{agenda,watch,contents,skills,understand,tools,claims,plain,spoken,ladder} "
        "assistant.lights "
        "assistant.home.{untrusted,states,discovery}",
        "domain values",
    ),
    # The machine below, which knows nothing of what runs on it.
    "board": Layer("hw", ""),
    "models": Layer("models", "board values"),
    "config": Layer("assistant.config", "core domain models board values"),
    "clock": Layer("assistant.{clock,mailbox,moments}", "values"),
    # Samples from files and devices; the loudspeaker of a recording follows the clock.
    "audio": Layer("assistant.audio", "domain clock values"),
    # How programs of many commands are put together.
    "shell": Layer("assistant.{lazy,options,consent}", "values"),
    # Native inference, one class a Protocol. What is made of a model's file lies beside it.
    "engines": Layer("assistant.engines", "models domain values"),
    # Connections to what runs the house.
    "home": Layer("assistant.home", "core domain values"),
    # Threads around the core.
    "runtime": Layer(
        "assistant.{worker,jobs,respond,talk,canned,captions,ear,runtime,metrics,health,recorder} "
        "assistant.{store,database,downgrade,tables,bell,shedding}",
        "core domain audio clock values",
    ),
    # Lights and buttons.
    "panel": Layer("assistant.panel", "core domain board values"),
    # The only module that knows every other one.
    "app": Layer(
        "assistant.{app,answering,live,take,household,learned_pace,device,loading,parts} "
        "assistant.{alarm_clock,arming,caretaker,controls,mute,warden,status,notify,only_one} "
        "assistant.standby",
        "panel home runtime config core domain audio clock engines models board values",
    ),
    # Figures about engines and about the listening part, over manifests of recordings.
    "evaluate": Layer(
        "assistant.evaluate",
        "app runtime config core domain audio clock engines models board values",
    ),
    # Versions of what is installed. Runs before anything of it is: the standard library only.
    "update": Layer("assistant.update", "values board"),
    # What could keep it from working well.
    "doctor": Layer(
        "assistant.{doctor,support}",
        "home runtime app config core domain audio clock engines models board values",
    ),
    "tools": Layer(
        "tools",
        "shell evaluate update app runtime config core domain audio clock engines models board "
        "values",
    ),
    # Nobody imports these.
    "command line": Layer(
        "assistant.{cli,__main__,commands}",
        "shell evaluate doctor update app panel runtime config core domain audio clock engines "
        "models board values",
    ),
}

PURE = ("values", "domain", "core")
IMPURE = {
    "asyncio",
    "multiprocessing",
    "queue",
    "sched",
    "socket",
    "subprocess",
    "threading",
    "time",
}

NATIVE = {
    *("ctypes", "cffi", "llama_cpp", "onnxruntime", "piper", "pywhispercpp", "_pywhispercpp"),
    *("sounddevice", "soundfile", "soxr", "pywebrtc_audio", "gpiod"),
}
NATIVE_LAYERS = ("engines", "audio", "board")
NATIVE_ELSEWHERE = {
    "models.ggml_quantize": {"ctypes"},  # quantises with the ggml inside pywhispercpp's wheel
    # llama.cpp's quantiser, and logits and activations that the engine has no use for
    "tools.quantize.llama.native": {"ctypes", "llama_cpp"},
    "tools.quantize.llama.tensors": {"ctypes", "llama_cpp"},
    "tools.quantize.onnx_models.quantizer": {"onnxruntime"},  # its tools write the smaller versions
    "tools.quantize.onnx_models.running": {"onnxruntime"},  # names its type and its version
    "tools.quantize.onnx_models.voices": {"piper"},  # its phonemes, without opening a voice
}

NETWORK = {"http", "paho", "socket", "ssl", "websockets"}
NETWORK_LAYERS = ("home", "models", "tools")
NETWORK_ELSEWHERE = {
    "assistant.notify": {"socket"},  # datagrams to the service manager of this machine
}


def expand(pattern: str) -> Iterator[str]:
    for word in pattern.split():
        head, brace, tail = word.partition("{")
        yield from (head + name for name in tail.rstrip("}").split(",")) if brace else (head,)


LAYER_OF = {name: layer for layer in LAYERS for name in expand(LAYERS[layer].modules)}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for top in HOUSE for path in sorted((ROOT / top).rglob("*.py"))}


def layer_of(module: str) -> str:
    prefix = module
    while prefix and prefix not in LAYER_OF:
        prefix = prefix.rpartition(".")[0]
    # The bare package holds no code: a new module in it must be given a place.
    return "" if prefix == "assistant" != module else LAYER_OF.get(prefix, "")


@cache
def imports(module: str) -> frozenset[str]:
    """Every module that `module` imports anywhere, also inside functions."""
    return frozenset(_imports(module))


def _imports(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{module}: a relative import; write the whole name"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module


def test_every_module_has_its_place() -> None:
    assert not [m for m in MODULES if not layer_of(m)], "add them to the table"


def test_imports_follow_the_table() -> None:
    wrong = []
    for module in filter(layer_of, MODULES):
        own = layer_of(module)
        allowed = {own, *LAYERS[own].may_import.split()}
        targets = {i for i in imports(module) if i in MODULES and layer_of(i) not in allowed}
        wrong += [f"{module} ({own}) imports {i} ({layer_of(i)})" for i in targets]
    assert not wrong


def test_nothing_imports_in_a_circle() -> None:
    graph = {module: imports(module) for module in MODULES}
    tuple(TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle


def outside(module: str) -> set[str]:
    """Top-level names of what a module imports from elsewhere."""
    return {i.partition(".")[0] for i in imports(module)}


def test_pure_modules_know_neither_clock_nor_threads() -> None:
    assert not {
        m: outside(m) & IMPURE for m in MODULES if layer_of(m) in PURE and outside(m) & IMPURE
    }


def test_native_code_stays_behind_its_protocols() -> None:
    rest = [m for m in MODULES if layer_of(m) not in NATIVE_LAYERS]
    found = {m: outside(m) & NATIVE for m in rest if outside(m) & NATIVE}
    assert found == NATIVE_ELSEWHERE


def test_only_home_control_and_downloads_open_connections() -> None:
    rest = [m for m in MODULES if layer_of(m) not in NETWORK_LAYERS]
    found = {m: outside(m) & NETWORK for m in rest if outside(m) & NETWORK}
    assert found == NETWORK_ELSEWHERE


def test_an_update_needs_nothing_that_must_first_be_installed() -> None:
    assert not {
        module: found
        for module in MODULES
        if layer_of(module) == "update"
        if (found := outside(module) - sys.stdlib_module_names - set(HOUSE))
    }


def test_the_table_itself() -> None:
    """No layer points upwards, and no name is left over from a module that is gone."""
    above: set[str] = set()
    for layer in reversed(LAYERS):
        above.add(layer)
        assert not set(LAYERS[layer].may_import.split()) & above
    assert not set(LAYER_OF) - set(MODULES)
    assert not IMPURE - sys.stdlib_module_names
