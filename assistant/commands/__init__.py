"""The commands of `assistant`. To add one: its file, then its line in `COMMANDS`."""

from assistant.lazy import Place, group

COMMANDS = {
    "run": Place(
        "run",
        "run",
        "Listen to the microphone, answer through the loudspeaker, until stopped.",
    ),
    "devices": Place(
        "devices",
        "devices",
        "List microphones and loudspeakers, and what to write into the configuration.",
    ),
    "doctor": Place(
        "doctor",
        "doctor",
        "Check this installation: one line a check, and what to do where it is not green.",
    ),
    "support-bundle": Place(
        "support_bundle",
        "support_bundle",
        "Pack what helps others to help you: an archive without anything that was said or stored.",
    ),
    "hw": Place(
        "hw",
        "hw",
        "Show the board, how it is now, the threads, cores, limits and models that suit it, and "
        "why.",
    ),
    "lights": Place(
        "lights",
        "lights",
        "Show every scene of the lights and say what it means: a test of LEDs, and a tour.",
    ),
    "turn": Place(
        "turn",
        "turn",
        "Hear a recorded request, think, answer, and say where the time went.",
    ),
    "ask": Place(
        "speak",
        "ask",
        "Answer a typed request; the same conversation as with a voice, without the ears.",
    ),
    "say": Place("speak", "say", "Speak a text into a WAV file."),
    "transcribe": Place(
        "hear",
        "transcribe",
        "Print what is said in recordings; with --json one object a line.",
    ),
    "listen": Place(
        "hear",
        "listen",
        "Print every wake word and every turn of the voice in a recording, with its time.",
    ),
    "bench": Place(
        "bench",
        "bench",
        "How soon this machine answers: every request is asked in real time, and what is heard of "
        "the answer is compared with the end of the last word. Takes 5 to 10 s a request.",
    ),
    "timers": Place(
        "timers",
        "app",
        "Timers: list them, or set, pause, resume, stop and cancel them.",
    ),
    "alarms": Place("alarms", "app", "Alarms: list them, or set, stop, snooze and cancel them."),
    "reminders": Place("reminders", "app", "Reminders: list them, or make, stop and cancel them."),
    "lists": Place(
        "lists", "app", "Lists: show them, or add to, remove from, clear and delete one."
    ),
    "models": Place(
        "models",
        "app",
        "Fetch, check and locate the models. `pull` is the only command of the assistant that uses "
        "the network; everything it fetches is verified before it is installed.",
    ),
    "update": Place(
        "update",
        "update",
        "Install another version, or go back to the one before.",
    ),
    "eval": Place("evaluate", "app", "Measure the engines on labelled recordings."),
}
"""By name, in the order of `assistant --help`."""

Commands = group(__name__, COMMANDS)
