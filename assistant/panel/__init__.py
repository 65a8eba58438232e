"""The front of the device: lights that follow what happens, buttons that make something happen."""
