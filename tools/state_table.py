"""Write the state table and its diagram into docs/design.md, from the table in the code.

python -m tools.state_table          # rewrite the section between the markers
"""

from pathlib import Path

import assistant.conversation  # noqa: F401 (fills the table)
from assistant.transitions import TABLE, Row, State

DESIGN = Path(__file__).parent.parent / "docs" / "design.md"
BEGIN = "<!-- state table: begin, written by tools/state_table.py -->"
END = "<!-- state table: end -->"


def rows() -> list[tuple[list[State], list[str], Row]]:
    """The table with the pairs of one arm brought together: (states, events, row)."""
    arms: dict[str, tuple[list[State], list[str], Row]] = {}
    for (state, event), row in TABLE.items():
        states, events, _ = arms.setdefault(row.arm.__name__, ([], [], row))
        if state not in states:
            states.append(state)
        if event.__name__ not in events:
            events.append(event.__name__)
    return list(arms.values())


def table() -> str:
    lines = ["| state | event | what happens | next |", "|---|---|---|---|"]
    for states, events, row in rows():
        where = "any" if len(states) == len(State) else ", ".join(each.name for each in states)
        to = ", ".join(each.name for each in row.to) or "same"
        what = " ".join((row.arm.__doc__ or "").split())
        lines.append(f"| {where} | {', '.join(events)} | {what} | {to} |")
    return "\n".join(lines)


def diagram() -> str:
    """Mermaid; one arrow for each pair of states, labelled with the events that may take it."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for (state, event), row in TABLE.items():
        for to in row.to:
            if to is not state:
                arrows.setdefault((state, to), []).append(event.__name__)
    lines = ["stateDiagram-v2", "    [*] --> IDLE"]
    for (state, to), events in arrows.items():
        lines.append(f"    {state.name} --> {to.name}: {', '.join(dict.fromkeys(events))}")
    return "\n".join(lines)


def section() -> str:
    states = "\n".join(f"* **{state.name}**: {state.value}." for state in State)
    return f"{BEGIN}\n{states}\n\n{table()}\n\n```mermaid\n{diagram()}\n```\n{END}"


def updated(text: str) -> str:
    """The document with its generated section made anew."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return before + section() + after


if __name__ == "__main__":
    DESIGN.write_text(updated(DESIGN.read_text("utf-8")), "utf-8")
