"""The command line. Every AssistantError ends as one sentence on stderr and exit code 2."""

import logging
import sys

import typer

from assistant.commands import bench, devices, doctor, evaluate, hear, hw, models, run, speak, turn
from assistant.errors import AssistantError

app = typer.Typer(
    name="assistant",
    help="An offline voice assistant. Try `assistant turn REQUEST.wav`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(run.run)
app.command()(devices.devices)
app.command()(doctor.doctor)
app.command()(hw.hw)
app.command()(turn.turn)
app.command()(speak.ask)
app.command()(speak.say)
app.command()(hear.transcribe)
app.command()(hear.listen)
app.command()(bench.bench)
app.add_typer(models.app, name="models")
app.add_typer(evaluate.app, name="eval")


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
