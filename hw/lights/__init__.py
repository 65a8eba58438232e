"""Lights that show a state: LEDs on an SPI bus, or their likeness on a terminal."""
