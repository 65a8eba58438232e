"""Does what requirements.lock holds work on 64-bit ARM? `make check-aarch64`; docs/aarch64.md."""
