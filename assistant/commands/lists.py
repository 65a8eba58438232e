"""`assistant lists`: the shopping list and every other one."""

from typing import Annotated

import typer

from assistant.actions import AddItems, Change, DeleteList, RemoveItems
from assistant.commands.alerts import carry_out, opened, print_json, print_table
from assistant.errors import InputError
from assistant.options import JsonOption
from assistant.store import Book

app = typer.Typer(invoke_without_command=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the list, as shopping.")]
Items = Annotated[list[str], typer.Argument(metavar="ITEM...", help='One word, or "in quotes".')]
Yes = Annotated[bool, typer.Option("--yes", help="Really: it cannot be taken back.")]


@app.callback()
def lists(context: typer.Context, as_json: JsonOption = False) -> None:
    """Lists: show them, or add to, remove from, clear and delete one.

    What is on the shopping list:  assistant lists show shopping
    """
    if context.invoked_subcommand is not None:
        return
    found = opened().lists
    if as_json:
        print_json({"lists": {name: list(items) for name, items in found.items()}})
    elif found:
        rows = [(name, str(len(items)), ", ".join(items)) for name, items in found.items()]
        print_table([("list", "items", "what"), *rows])
    else:
        typer.echo("No lists. To begin one: assistant lists add shopping milk")


@app.command()
def show(name: Name, as_json: JsonOption = False) -> None:
    """Print one list, one item a line.

    For example:  assistant lists show shopping
    """
    book = opened()
    _print(book, _known(book, name), as_json)


@app.command()
def add(name: Name, items: Items, as_json: JsonOption = False) -> None:
    """Put items on a list, which is made if there is none of that name.

    For example:  assistant lists add shopping milk "olive oil"
    """
    if not name.strip() or not all(map(str.strip, items)):
        raise InputError("A list and its items need names: assistant lists add shopping milk")
    book = opened()
    carry_out(book, lambda _: [AddItems(name.strip().casefold(), tuple(items))])
    _print(book, _known(book, name), as_json)


@app.command()
def remove(name: Name, items: Items, as_json: JsonOption = False) -> None:
    """Take items off a list.

    For example:  assistant lists remove shopping milk
    """

    def changes(book: Book) -> list[Change]:
        known = _known(book, name)
        there = {item.casefold() for item in book.lists[known]}
        if missing := [item for item in items if item.strip().casefold() not in there]:
            raise InputError(
                f'"{missing[0]}" is not on the {known} list: `assistant lists show'
                f" {known}` prints it."
            )
        return [RemoveItems(known, tuple(items))]

    book = opened()
    carry_out(book, changes)
    _print(book, _known(book, name), as_json)


@app.command()
def clear(name: Name, yes: Yes = False, as_json: JsonOption = False) -> None:
    """Take everything off a list and keep the list.

    For example:  assistant lists clear shopping --yes
    """

    def changes(book: Book) -> list[Change]:
        known = _known(book, name)
        _ask_first(yes, f"the {known} list loses all of its {len(book.lists[known])} items")
        return [RemoveItems(known, book.lists[known])]

    book = opened()
    carry_out(book, changes)
    _print(book, _known(book, name), as_json)


@app.command()
def delete(name: Name, yes: Yes = False, as_json: JsonOption = False) -> None:
    """Remove a list with all that is on it.

    For example:  assistant lists delete party --yes
    """
    book = opened()
    known = _known(book, name)
    _ask_first(yes, f"the {known} list goes with all of its {len(book.lists[known])} items")
    carry_out(book, lambda _: [DeleteList(known)])
    if as_json:
        print_json({"deleted": known})
    else:
        typer.echo(f"deleted: {known}")


def _known(book: Book, name: str) -> str:
    """As the list is written. Raises InputError."""
    known = {each.casefold(): each for each in book.lists}
    if found := known.get(name.strip().casefold()):
        return found
    there = ", ".join(book.lists) or "none yet"
    raise InputError(f'There is no list "{name}"; there is: {there}.')


def _ask_first(yes: bool, what: str) -> None:
    if not yes:
        raise InputError(f"With --yes {what}; nothing was changed.")


def _print(book: Book, name: str, as_json: bool) -> None:
    items = book.lists[name]
    if as_json:
        print_json({"list": name, "items": list(items)})
        return
    for item in items:
        typer.echo(item)
    if not items:
        typer.echo(f"The {name} list is empty.")
