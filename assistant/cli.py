"""The command line. Every AssistantError ends as one sentence on stderr and exit code 2."""

import typer

from assistant.commands import Commands
from assistant.lazy import log_to_stderr, run

app = typer.Typer(
    name="assistant",
    cls=Commands,
    help="An offline voice assistant. Try `assistant turn REQUEST.wav`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def logs(
    verbose: bool = typer.Option(
        False, "--verbose", "-v", help="Log what happens to stderr; never what was said."
    ),
) -> None:
    """An offline voice assistant. Try `assistant turn REQUEST.wav`."""
    log_to_stderr(verbose)


def main() -> None:
    """Entry point of the console script."""
    run(app)


if __name__ == "__main__":
    main()
