"""Converting language models: `tools/quantize/convert/llm`."""
