"""What a model file is, read without the native code that will load it.

identify -> one reader a format -> Header, or a ModelError of one sentence

The engines' parsers trust a file's counts and lengths more than a file from anywhere deserves. So
each is checked here first: every count against the bytes that are left, every length and offset
against the file's end, every shape against the bytes it needs and the network it belongs to. What
is let through may still be refused by the engine, but does not take the process with it
(`tools.quantize.fuzz` looks for exceptions to that). What converts or quantises a file reads it by
the same code: `safetensors.read_table`, `torch_zip.torch_members`, `models.ggml_file`,
`models.whisper_ctranslate2`.
"""
