"""onnxruntime reports to its maker unless it is told not to before it is loaded."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.test_imports import MODULES, imports, layer_of

_SESSION = """
import sys
{before}
import onnxruntime
onnxruntime.InferenceSession(sys.argv[1])
"""


def remains(folder: Path, model: Path, before: str) -> list[str]:
    """What is left in a home after a session of onnxruntime. Nothing else of the environment is
    handed on: it sends nothing either where a variable such as CI says that it is being tested."""
    subprocess.run(
        [sys.executable, "-c", _SESSION.format(before=before), str(model)],
        env={"PATH": os.defpath, "HOME": str(folder)},
        check=True,
        capture_output=True,
    )
    return [path.name for path in folder.rglob("*")]


def test_it_is_told_before_it_is_loaded() -> None:
    """The package of the engines does that before any of its modules is imported. Who else loads it
    belongs to a package that imports that one first."""
    users = [m for m in MODULES if any(i.split(".")[0] == "onnxruntime" for i in imports(m))]
    assert users
    others = {module.rpartition(".")[0] for module in users if layer_of(module) != "engines"}
    assert not [package for package in others if "assistant.engines" not in imports(package)]


@pytest.mark.models
def test_a_device_gets_no_identity(tmp_path: Path, model: Callable[[str], Path]) -> None:
    path = model("silero-vad")
    assert remains(tmp_path, path, "import assistant.engines") == []
    # And this is what would be there otherwise, or the test shows nothing.
    assert "deviceid" in remains(tmp_path, path, "")
