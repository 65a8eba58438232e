"""What could keep this installation from working well: one file a group of checks.

Each takes facts and returns `Check`s; only `examine` goes and looks.
"""
