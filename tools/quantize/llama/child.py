"""What may end its process: quantising (an order on stdin), and loading a file for the first time.

    python -m tools.quantize.llama.child quantize < order.json     llama.cpp's log on stdout
    python -m tools.quantize.llama.child try MODEL.gguf

Exit code 0: done; 1: llama.cpp gave up; 2: this tool did, with a sentence. Any other: llama.cpp
ended the process.
"""

import sys
from pathlib import Path

from assistant.errors import AssistantError
from tools.quantize.llama.native import quantize, try_out
from tools.quantize.llama.order import Order


def main(arguments: list[str]) -> int:
    try:
        if arguments == ["quantize"]:
            return 0 if quantize(Order.model_validate_json(sys.stdin.buffer.read())) else 1
        try_out(Path(arguments[1]))
    except AssistantError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
