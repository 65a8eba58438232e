"""Checks that need root and minutes: of the installed product, in a system of its own."""
