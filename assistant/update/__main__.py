"""For those who have no `assistant` yet, or no longer: the installer, and systemd.

    PYTHONPATH=…/kitchen_assistant-….whl python3 -P -m assistant.update --from WHEELHOUSE
    …/previous/bin/python -I -m assistant.update --end-trial

`assistant update` is what people use.
"""

import argparse
import sys
from pathlib import Path

from assistant.errors import UpdateError
from assistant.update.install import end_trial, install
from assistant.update.service import Service
from assistant.update.versions import Versions


def main() -> int:
    """0: done; 1: the former version is back; 2: one sentence on what to do."""
    parser = argparse.ArgumentParser(prog="assistant.update", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path("/opt/kitchen-assistant"))
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--from", dest="source", type=Path, metavar="WHEELHOUSE")
    what.add_argument("--end-trial", action="store_true")
    asked = parser.parse_args()
    versions, service = Versions(asked.root), Service()
    try:
        if asked.end_trial:
            sys.stderr.write(f"{end_trial(versions, service).text}\n")
            return 0
        outcome = install(asked.source.absolute(), versions, service, _told)
    except UpdateError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 2
    sys.stderr.write(f"{outcome.text}\n")
    return 0 if outcome.well else 1


def _told(line: str) -> None:
    sys.stderr.write(f"  {line} …\n")
    sys.stderr.flush()


sys.exit(main())
