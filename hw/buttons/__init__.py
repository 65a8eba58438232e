"""Buttons: one on a line of the header, or the keys of a USB speakerphone."""
