"""What listening costs while nobody asks anything, on this machine, without its devices."""

import os
import time
from pathlib import Path
from typing import Any

from assistant.app import Assistant
from assistant.audio import quiet
from assistant.audio.virtual import Tape, VirtualMicrophone
from assistant.clock import WallClock
from assistant.config import Settings
from assistant.parts import Engines

SECONDS = 6.0
_HISS_DB = -70.0


def resting(settings: Settings, parts: Engines) -> dict[str, Any]:
    """Share of one core over `SECONDS` of a quiet room, and the memory held. `tools/bench/idle`
    measures the same with devices, for longer, and with people and music in the room."""
    clock = WallClock()
    assistant = Assistant(settings, parts, clock, Tape())
    pcm = quiet.noise(SECONDS - 1, _HISS_DB)
    assistant.listen_to(VirtualMicrophone(pcm, clock, lambda: True))
    assistant.attend(False)
    cpu_s, began_s = time.process_time(), time.monotonic()
    assistant.run()
    share = (time.process_time() - cpu_s) / (time.monotonic() - began_s)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "cpu_percent": round(100 * share, 2),
        "rss_mib": round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20),
    }
