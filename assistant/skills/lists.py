"""Lists: shopping, to do, and any other the family names."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from assistant import actions
from assistant.events import CONFIRMATION
from assistant.skills import entries
from assistant.skills.entries import SHOPPING, TO_DO, known, the
from assistant.skills.skill import Intent, Reply, Risk
from assistant.skills.wording import listing, plural
from assistant.world import World


@dataclass(frozen=True, slots=True)
class _OfList(Intent):
    """What can be asked once more of other items, or of another list."""

    def amended(self, **slots: object) -> Intent | None:
        return _amended(self, slots)


@dataclass(frozen=True, slots=True)
class AddToList(_OfList):
    """Put things on a list."""

    risk: ClassVar[Risk] = Risk.MAKE
    asks: ClassVar[dict[str, str]] = {"items": "What should I add?"}
    items: tuple[str, ...] | None = None
    """What, as it was said: "oat milk"."""
    list: str = SHOPPING
    """Which list."""
    only_if: str = field(default="", compare=False)
    """ "list": only if there is such a list, "put milk on the stove" names none. "goods": only if
    it can be bought, "we need to get going" names nothing of the kind. "there": only what stands
    on the list."""

    def undone(self) -> Intent | None:
        return RemoveFromList(self.items, self.list) if self.items else None


@dataclass(frozen=True, slots=True)
class AddToNewList(Intent):
    """Make a list for things; what a "yes" means after the question whether to."""

    risk: ClassVar[Risk] = Risk.MAKE
    tool: ClassVar[bool] = False
    items: tuple[str, ...]
    """What."""
    list: str
    """Its name."""


@dataclass(frozen=True, slots=True)
class RemoveFromList(_OfList):
    """Take things off a list."""

    risk: ClassVar[Risk] = Risk.CHANGE
    items: tuple[str, ...]
    """What."""
    list: str = SHOPPING
    """Which list."""
    only_if: str = field(default="", compare=False)
    """As in `AddToList`."""

    def undone(self) -> Intent | None:
        return AddToList(self.items, self.list) if self.items else None


@dataclass(frozen=True, slots=True)
class ReadList(_OfList):
    """What is on a list."""

    risk: ClassVar[Risk] = Risk.READ
    list: str = SHOPPING
    """Which list."""
    only_if: str = field(default="", compare=False)
    """As in `AddToList`."""


@dataclass(frozen=True, slots=True)
class CountList(_OfList):
    """How many things are on a list."""

    risk: ClassVar[Risk] = Risk.READ
    list: str = SHOPPING
    """Which list."""
    only_if: str = field(default="", compare=False)
    """As in `AddToList`."""


@dataclass(frozen=True, slots=True)
class IsOnList(_OfList):
    """Whether something is on a list."""

    risk: ClassVar[Risk] = Risk.READ
    items: tuple[str, ...]
    """What."""
    list: str = SHOPPING
    """Which list."""
    only_if: str = field(default="", compare=False)
    """As in `AddToList`."""


@dataclass(frozen=True, slots=True)
class ClearList(Intent):
    """Take everything off a list."""

    risk: ClassVar[Risk] = Risk.CONFIRM
    list: str = SHOPPING
    """Which list."""
    only_if: str = field(default="", compare=False)
    """As in `AddToList`."""


@dataclass(frozen=True, slots=True)
class CreateList(Intent):
    """Begin a new list."""

    risk: ClassVar[Risk] = Risk.MAKE
    list: str
    """Its name."""

    def undone(self) -> Intent | None:
        return DeleteList(self.list)


@dataclass(frozen=True, slots=True)
class DeleteList(Intent):
    """Delete a list and all on it."""

    risk: ClassVar[Risk] = Risk.CONFIRM
    list: str
    """Which."""


@dataclass(frozen=True, slots=True)
class ListLists(Intent):
    """Which lists there are."""

    risk: ClassVar[Risk] = Risk.READ


class Lists:
    name = "lists"
    intents: tuple[type[Intent], ...] = (
        AddToList,
        AddToNewList,
        RemoveFromList,
        ReadList,
        CountList,
        IsOnList,
        ClearList,
        CreateList,
        DeleteList,
        ListLists,
    )

    def answer(self, intent: Intent, world: World) -> Reply:
        match intent:
            case AddToList(only_if="list") if not _exists(intent.list, world):
                return Reply(_no_list(intent.list), declines=True)
            case (
                AddToList(only_if="goods")
                | RemoveFromList(only_if="goods")
                | IsOnList(only_if="goods")
            ) if not entries.are_goods(intent.items or ()):
                return Reply(f"{listing(intent.items or ())} can't be bought.", declines=True)
            case AddToList(items, list=said) if items and not _exists(said, world):
                # Often a name that was misheard, which would become a list for good.
                text = f"There's no {said} list. Should I make one?"
                return Reply(text, awaits=CONFIRMATION, topic=AddToNewList(items, said))
            case AddToList(items, list=said) | AddToNewList(items, said):
                made = entries.added(items or (), said, world.lists)
                return _told(AddToList(items, said), made)
            case CreateList():
                return _created(intent.list, world)
            case DeleteList():
                return _deleted(intent.list, world)
            case RemoveFromList() | IsOnList() | ReadList() | CountList() | ClearList():
                return _of_one_list(intent, world)
        return Reply(_all_lists(world))

    def question(self, intent: Intent, world: World) -> str | None:
        if not isinstance(intent, ClearList | DeleteList):
            return None
        name = known(intent.list, world.lists)
        items = world.lists.get(name, ()) if name else ()
        if not name or not items:
            return None
        if isinstance(intent, DeleteList):
            return f"Delete {the(name)} and the {plural(len(items), 'item')} on it?"
        if len(items) == 1:
            return f"Remove {items[0]}, the only item, from {the(name)}?"
        return f"Remove all {plural(len(items), 'item')} from {the(name)}?"


def _of_one_list(
    intent: RemoveFromList | IsOnList | ReadList | CountList | ClearList, world: World
) -> Reply:
    name = known(intent.list, world.lists)
    if name is None:
        return Reply(_no_list(intent.list), declines=bool(intent.only_if))
    items = world.lists.get(name, ())
    match intent:
        case RemoveFromList():
            reply = _told(intent, entries.removed(intent.items, name, items))
            return replace(reply, declines=intent.only_if == "there" and not reply.actions)
        case IsOnList():
            return Reply(entries.whether(intent.items, name, items))
        case CountList():
            return Reply(entries.number(name, items) + ".")
        case ReadList():
            return Reply(entries.read(name, items))
    if not items:
        return Reply(entries.read(name, items))
    return Reply(f"I cleared {the(name)}.", (actions.RemoveItems(name, items),))


def _told(intent: AddToList | RemoveFromList, reply: Reply) -> Reply:
    """With only what is changed as the topic: "cancel that" leaves alone what was there before."""
    items = tuple(item for each in reply.actions for item in _items(each))
    return replace(reply, topic=replace(intent, items=items))


def _items(action: actions.Action) -> tuple[str, ...]:
    return action.items if isinstance(action, actions.AddItems | actions.RemoveItems) else ()


def _no_list(said: str) -> str:
    return f"There is no {said} list."


def _exists(said: str, world: World) -> bool:
    """Every family has things to buy and to do, even before the first is written down."""
    return said == TO_DO or known(said, world.lists) is not None


def _created(said: str, world: World) -> Reply:
    name = known(said, world.lists)
    if name in world.lists:
        return Reply(f"There is already {entries.with_article(f'{name} list')}.")
    made = entries.with_article(f"{said} list")
    return Reply(f"I made {made}.", (actions.CreateList(said),))


def _deleted(said: str, world: World) -> Reply:
    name = known(said, world.lists)
    if name is None or name not in world.lists:
        return Reply(_no_list(said))
    return Reply(f"I deleted {the(name)}.", (actions.DeleteList(name),))


def _all_lists(world: World) -> str:
    names = tuple(world.lists)
    if not names:
        return "There are no lists yet."
    if len(names) == 1:
        return f"There is one list, {the(names[0])}."
    return f"There are {plural(len(names), 'list')}: {listing(names)}."


def _amended(intent: Intent, slots: dict[str, object]) -> Intent | None:
    """The same with other items ("and eggs?") or of another list ("and the camping list?")."""
    match slots:
        case {"items": tuple() as items} if isinstance(
            intent, AddToList | RemoveFromList | IsOnList
        ):
            return replace(intent, items=items)
        case {"list": str() as name} if isinstance(
            intent, AddToList | RemoveFromList | IsOnList | ReadList | CountList
        ):
            return replace(intent, list=name)
    return None
