"""Bringing new models: `tools/quantize`."""
