"""Whatever becomes of the process that measures a candidate, there is an outcome."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.quantize.jobs import job, manifest, network
from tools.quantize.candidates import job_for
from tools.quantize.fuzz import tiny
from tools.quantize.job import Outcome
from tools.quantize.measure import measure
from tools.quantize.measures.__main__ import received

BEGIN = """
import json, os, sys, time
message = json.loads(sys.stdin.readline())
def answer(text):
    os.write(int(sys.argv[1]), text.encode())
"""


def child(code: str) -> tuple[str, ...]:
    """A process that is told what to measure, and then does this."""
    return (sys.executable, "-c", BEGIN + code)


def done(folder: Path, code: str, **options: float) -> Outcome:
    return measure(*job(folder, options=options), command=child(code))


def test_figures_arrive_whatever_else_is_printed(tmp_path: Path) -> None:
    outcome = done(
        tmp_path,
        """
print('{"figures": {"wer": 9}}', flush=True)
print("native noise", file=sys.stderr)
answer('{"figures": {"wer": 0.25, "entity_accuracy": null}}' + chr(10))
""",
    )
    assert outcome.figures == {"wer": 0.25, "entity_accuracy": None}
    assert outcome.error == ""
    assert outcome.machine["cores"] >= 1
    assert outcome.date.startswith("20")


def test_the_child_is_told_the_job_and_where_its_files_are(tmp_path: Path) -> None:
    said = tmp_path / "said"
    made, roots = job(tmp_path, settings={"prompt": "naïve\nline"})
    code = f"""
open({str(said)!r}, "w").write(json.dumps(message))
answer('{{"figures": {{}}}}' + chr(10))
"""
    assert not measure(made, roots, command=child(code)).error
    assert received(said.read_text()) == (made, roots)


def test_lines_may_come_in_pieces_and_progress_is_passed_on(tmp_path: Path) -> None:
    shares: list[float] = []
    code = """
for letter in '{"done": 0.5}' + chr(10) + '{"done": 1}' + chr(10) + '{"figures": {"words": 3}}':
    answer(letter)
answer(chr(10))
"""
    made, roots = job(tmp_path)
    outcome = measure(made, roots, command=child(code), observe=shares.append)
    assert outcome.figures == {"words": 3}
    assert shares == [0.5, 1]


def test_a_refusal_is_passed_on_as_it_is(tmp_path: Path) -> None:
    outcome = done(tmp_path, """answer('{"error": "The file is damaged: pull it."}' + chr(10))""")
    assert outcome.error == "The file is damaged: pull it."
    assert outcome.figures == {}


def test_a_crash_in_native_code_is_told_by_its_signal(tmp_path: Path) -> None:
    outcome = done(tmp_path, "os.kill(os.getpid(), 11)")
    assert outcome.error.startswith(
        "tiny (q8_0) made the process that measured it end with SIGSEGV"
    )


def test_a_crash_before_anything_is_read_is_told_too(tmp_path: Path) -> None:
    """The job is longer than a pipe holds, so that writing it fails."""
    made, roots = job(tmp_path, settings={"prompt": "x" * 1_000_000})
    outcome = measure(made, roots, command=(sys.executable, "-c", "import os; os.abort()"))
    assert "SIGABRT" in outcome.error


def test_an_exception_is_told_by_its_last_line(tmp_path: Path) -> None:
    outcome = done(tmp_path, "raise RuntimeError('node 7 does not fit')")
    assert "could not be measured (RuntimeError: node 7 does not fit)" in outcome.error
    assert outcome.error.count("\n") == 0


def test_an_end_without_a_word_is_told_by_its_code(tmp_path: Path) -> None:
    assert "(exit code 3)" in done(tmp_path, "os._exit(3)").error


def test_what_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    started = tmp_path / "started"
    code = f"""
import subprocess
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open({str(started)!r}, "w").write(f"{{os.getpid()}} {{grandchild.pid}}")
time.sleep(600)
"""
    outcome = done(tmp_path, code, deadline_s=3)
    assert "was not measured within 3 s" in outcome.error
    for pid in map(int, started.read_text().split()):
        assert ends(pid), pid


def ends(pid: int) -> bool:
    """Within ten seconds; what nobody has waited for yet has ended, too."""
    for _ in range(1_000):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.01)
    return False


def test_a_deadline_that_is_none_is_an_error_of_the_job(tmp_path: Path) -> None:
    made, roots = job(tmp_path, options={"deadline_s": "soon"})
    outcome = measure(made, roots, command=child(""))
    assert outcome.error.startswith("--option deadline_s:")


def test_temporary_files_of_a_child_that_is_killed_are_removed(tmp_path: Path) -> None:
    noted = tmp_path / "noted"
    code = f"""
import tempfile
folder = tempfile.mkdtemp()
open({str(noted)!r}, "w").write(folder)
os.kill(os.getpid(), 9)
"""
    assert "SIGKILL" in done(tmp_path, code).error
    assert not Path(noted.read_text()).exists()


def test_the_child_ends_when_nobody_waits_for_it_any_more() -> None:
    code = """
import threading
from tools.quantize.measures.__main__ import end_with_parent
threading.Thread(target=end_with_parent, daemon=True).start()
print("ready", flush=True)
threading.Event().wait()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(timeout=60) == 1


@pytest.mark.parametrize("later", [tiny.onnx(), b"no graph at all"])
def test_a_damaged_model_is_an_outcome_of_the_real_child(tmp_path: Path, later: bytes) -> None:
    """The engine refuses a network that takes something else than the features of speech, and never
    sees a file that became a text since the job was made."""
    model = network(tmp_path / "alexa.onnx")
    rows = ({"file": "a.wav", "text": "alexa"}, {"file": "b.wav", "label": "noise"})
    data = manifest(tmp_path, *rows)
    made, roots = job_for(model, data)
    model.write_bytes(later)
    outcome = measure(made, roots)
    assert outcome.figures == {}
    assert outcome.error.endswith(".")
    assert "\n" not in outcome.error
