"""Audio in and out: value types, the capture ring, files, resampling."""
