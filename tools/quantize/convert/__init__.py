"""From the format that a model is published in to the one that an engine loads.

folder, safetensors    what Hugging Face publishes: JSON and tensors
whisper_*              a Whisper model as a ggml file, whose layout `models.ggml_file` has
llm                    a language model as a GGUF file
"""
