"""The command line `quantize`. Every AssistantError is one sentence on stderr and exit code 2."""

import typer

from assistant.lazy import log_to_stderr, run
from tools.quantize.commands import Commands

app = typer.Typer(
    name="quantize",
    cls=Commands,
    help="Bring a new model: convert, quantize, measure, gate, put into service, go back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def logs(
    verbose: bool = typer.Option(False, "--verbose", "-v", help="Log what happens to stderr."),
) -> None:
    """Bring a new model: convert, quantize, measure, gate, put into service, go back."""
    log_to_stderr(verbose)


def main() -> None:
    """Entry point of the console script."""
    run(app)


if __name__ == "__main__":
    main()
