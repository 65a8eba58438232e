"""The house, where something else runs it: lights, locks, sensors. Optional, off by default.

`home.py` is the seam, `build.py` makes what `[home] engine` names. Whatever arrives over the
network was written by others: it is checked, cleaned and capped before anyone else sees it, and
nothing but the configured address is ever contacted.
"""
