"""A language model of Hugging Face as one GGUF file, without torch and without transformers.

(../folder, ../safetensors: what lies there; nothing is believed that was not checked)
families, config   which networks llama.cpp can rebuild exactly, and the numbers of this one
tensors            each tensor's new name and shape; all are used, once
vocabulary         tokens, from tokenizer.json (bpe) or tokenizer.model (sentencepiece)
chat               whether our chat template says what the model's own would say
writing            the file, a few megabytes in memory at a time
check              what llama.cpp makes of the tokens
"""
