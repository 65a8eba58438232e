"""`assistant run`: the product. Listens until it is told to stop.

What is due must ring within a second of the start, so only that is imported here; the rest of the
assistant, in `listening.py`, takes another second.
"""

import os
import signal
import sys
from typing import Annotated

import typer

from assistant.alarm_clock import AlarmClock
from assistant.only_one import only_one
from assistant.options import ConfigOption


def run(
    words: Annotated[
        bool | None,
        typer.Option(
            "--words/--no-words",
            help="Show what was said. Default: only on a terminal, so that no log keeps it.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line for every event.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Listen to the microphone, answer through the loudspeaker, until stopped.

    A microphone or loudspeaker that is missing, or is unplugged, is waited for. `assistant devices`
    lists them; the sections "mic" and "speaker" of the configuration choose.

    Signals: INT and TERM stop; HUP begins anew with the configuration as it is then, unless that is
    wrong; USR1 is the talk button; USR2 closes the microphone (mute) and opens it again, and it
    stays as it was left over a restart.
    """
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    # Until there is something to begin anew, or somebody to talk to: otherwise they would end it.
    # It stays so while this program executes itself.
    for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(number, signal.SIG_IGN)
    # A service waits for whoever tries something by hand: once it has given up, nothing rings.
    with only_one(patience_s=150.0 if "NOTIFY_SOCKET" in os.environ else 0.0):
        alarm_clock = AlarmClock()
        alarm_clock.start()
        from assistant.commands.listening import listen

        listen(alarm_clock, sys.stdout.isatty() if words is None else words, as_json, config)
