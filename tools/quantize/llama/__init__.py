"""Language models in GGUF, as llama.cpp quantises and runs them.

types, order     what is asked for: plain data
quantizer        has it done: a child process, which llama.cpp may abort with a bad file
importance       which inputs of a matrix matter: sums over a text, and llama.cpp's file of them
corpus           a text as the tokens that a model reads
native, tensors  llama.cpp itself; nothing else here touches native code
"""

import assistant.engines  # noqa: F401  # first: it says how llama.cpp's threads wait, read at load
