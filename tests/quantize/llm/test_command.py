"""`quantize convert llm`, as a user calls it."""

import json
import subprocess
import sys
from pathlib import Path

from tests.quantize.llm import toy


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.quantize.cli", "convert", "llm", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_model_is_converted_and_described(tmp_path: Path) -> None:
    toy.write(tmp_path / "in", toy.MODELS["smollm"])
    target = tmp_path / "out.gguf"
    done = run(str(tmp_path / "in"), "--out", str(target), "--type", "q8_0", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["architecture"], said["tensors"], said["type"]) == ("llama", 20, "q8_0")
    assert said["bytes"] == target.stat().st_size
    assert said["chat"] == {"template": "chatml", "same": True, "remark": ""}
    again = run(str(tmp_path / "in"), "--out", str(target))
    assert again.returncode == 2
    assert again.stderr == f"Error: {target} is there already; use --force to replace it.\n"
    forced = run(str(tmp_path / "in"), "--out", str(target), "--force")
    assert forced.returncode == 0, forced.stderr
    assert "llama, 20 tensors, f16" in forced.stdout
    assert "chat template: chatml, as the model's own" in forced.stdout
