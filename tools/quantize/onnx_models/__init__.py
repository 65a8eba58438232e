"""ONNX models of the assistant: voices, wake words, voice detectors and turn detectors.

file -> graph.read -> families.family -> voices / heads   what each must be, and how it is tried
                                      -> harms            what is known to hurt it
                                      -> quantizer        smaller versions of it
                                      -> trial            does the assistant still take it
"""

import assistant.engines  # noqa: F401  # first: it tells onnxruntime not to report to its maker
