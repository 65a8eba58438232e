"""The commands of `quantize`. To add one: its file, then its line in `COMMANDS`."""

from assistant.lazy import Place, group

COMMANDS = {
    "inspect": Place(
        "inspect",
        "inspect",
        "Say what a model file is, and whether it is what it claims to be, without running it.",
    ),
    "convert": Place(
        "convert",
        "app",
        "Turn a checkpoint into a file that the engines load: Whisper, language models, voices, "
        "wake words.",
    ),
    "quantize": Place(
        "quantize",
        "app",
        "Write smaller versions of a model: ggml, GGUF or ONNX.",
    ),
    "imatrix": Place(
        "imatrix",
        "imatrix",
        "Find out which weights of a language model matter for requests of a household.",
    ),
    "evaluate": Place(
        "evaluate",
        "evaluate",
        "Measure a model on this machine, and keep the figures in a table.",
    ),
    "sweep": Place(
        "sweep",
        "sweep",
        "Measure many models in many settings, here or on a cluster; goes on where it stopped.",
    ),
    "report": Place(
        "report",
        "report",
        "Draw and describe what was measured, with a recommendation for each board.",
    ),
    "gate": Place(
        "gate",
        "gate",
        "Compare a new model with the current one: pass, or refuse and say why.",
    ),
    "promote": Place(
        "promote",
        "promote",
        "Put a model into service: into the catalog of this machine, and in its role.",
    ),
    "rollback": Place(
        "rollback",
        "rollback",
        "Go back to the model that was in service before.",
    ),
    "forget": Place(
        "forget",
        "forget",
        "Remove a model that was promoted and that nobody needs any more.",
    ),
    "recipe": Place(
        "recipe",
        "recipe",
        "Ready-made paths from a model of the catalog to its best version: list or run them.",
    ),
}
"""By name, in the order of `quantize --help`, which is that of the work."""

Commands = group(__name__, COMMANDS)
