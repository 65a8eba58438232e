"""How processes of their own are started."""

import subprocess
from pathlib import Path

from tools.quantize.child import program


def test_the_folder_one_is_in_holds_no_modules_of_a_child(tmp_path: Path) -> None:
    """Downloads lie there."""
    (tmp_path / "json.py").write_text("raise SystemExit(99)")
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "__init__.py").write_text("raise SystemExit(99)")
    command = [*program("tools.quantize.fuzz"), "--help"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 0
