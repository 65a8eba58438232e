"""The command line. Every AssistantError ends as one sentence on stderr and exit code 2."""

import logging
import sys

import typer

from assistant.commands import Commands
from assistant.errors import AssistantError

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
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )


def main() -> None:
    """Entry point of the console script."""
    try:
        app()
    except AssistantError as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
