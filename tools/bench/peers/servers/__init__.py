"""Engines as peers use them, each run by the Python that has it: JSON lines in, JSON lines out.

They import only `tools.bench.peers.serving` of this repository. The engine is imported by its name
when the script runs, for the environment that runs it need not be the one that checks it.
"""
