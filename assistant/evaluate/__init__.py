"""How good are the ears? Error rates and delays of engines on labelled recordings.

Every figure comes through the Protocols (Transcriber, WakeDetector, VoiceDetector, TurnDetector),
so a new engine is measured by the same command, and every figure carries its uncertainty, the
settings and the machine it was measured on. Libraries needed only here (the `eval` extra) are
imported when a measurement starts.
"""
