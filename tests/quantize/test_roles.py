"""Roles: whatever is promoted and rolled back, in whatever order, what serves is what was said."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from assistant.errors import ModelError
from models.local import Local
from models.roles import LONGEST, History, promoted, rolled_back, wake_role
from models.roles import kind_of as kind_of_role

NOW = "2025-01-01T00:00:00+00:00"
names = st.sampled_from(["a", "b", "c"])


def history(*entries: str) -> History:
    found: History = ()
    for entry in entries:
        found = promoted(found, entry, NOW)
    return found


def entries(terms: History) -> list[str]:
    return [term.entry for term in terms]


def test_what_serves_already_is_no_new_term() -> None:
    assert entries(history("a", "a", "b", "b", "a")) == ["a", "b", "a"]


def test_back_is_to_the_one_before_or_to_the_one_named() -> None:
    terms = history("a", "b", "a", "c")
    assert entries(rolled_back(terms)) == ["a", "b", "a"]
    assert entries(rolled_back(terms, "b")) == ["a", "b"]
    assert entries(rolled_back(terms, "a")) == ["a", "b", "a"]
    assert rolled_back(history("a")) == ()


def test_there_is_no_way_back_to_what_never_served() -> None:
    with pytest.raises(ModelError, match="d has not served"):
        rolled_back(history("a", "b"), "d")
    with pytest.raises(ModelError, match="b has not served in this role before b"):
        rolled_back(history("a", "b"), "b")
    with pytest.raises(ModelError, match="Nothing was promoted"):
        rolled_back(())


def test_a_role_is_of_a_kind() -> None:
    assert kind_of_role("llm") == "llm"
    assert kind_of_role(wake_role("hey_jarvis")) == "wake"


@pytest.mark.parametrize("role", ["vad", "wake", "wake.", "wake./x", "stt.x", "wake.a b"])
def test_other_roles_are_none(role: str) -> None:
    with pytest.raises(ValueError, match="match pattern"):
        Local.model_validate({"roles": {role: [{"entry": "a", "since": NOW}]}})


@given(st.lists(names, max_size=3 * LONGEST))
def test_going_back_all_the_way_meets_each_once_in_turn(promotions: list[str]) -> None:
    terms = history(*promotions)
    assert len(terms) <= LONGEST
    met = []
    while terms:
        met.append(terms[-1].entry)
        terms = rolled_back(terms)
    assert met == [name for name, _ in groupby(reversed(promotions))][:LONGEST]


class Service(RuleBasedStateMachine):
    """Two roles of one machine, against a plain stack each."""

    def __init__(self) -> None:
        super().__init__()
        self.local = Local()
        self.stacks: dict[str, list[str]] = {"stt": [], "wake.alexa": []}

    roles = st.sampled_from(["stt", "wake.alexa"])

    @rule(role=roles, name=names)
    def promote(self, role: str, name: str) -> None:
        terms = promoted(self.local.history(role), name, NOW)
        self.local = self.local.with_history(role, terms)
        if self.stacks[role][-1:] != [name]:
            self.stacks[role].append(name)
            del self.stacks[role][:-LONGEST]

    @rule(role=roles)
    def back(self, role: str) -> None:
        if not self.stacks[role]:
            with pytest.raises(ModelError):
                rolled_back(self.local.history(role))
            return
        self.local = self.local.with_history(role, rolled_back(self.local.history(role)))
        self.stacks[role].pop()

    @precondition(lambda self: any(self.stacks.values()))
    @rule(role=roles, name=names)
    def back_to(self, role: str, name: str) -> None:
        stack = self.stacks[role]
        if name not in stack[:-1]:
            with pytest.raises(ModelError):
                rolled_back(self.local.history(role), name)
            return
        self.local = self.local.with_history(role, rolled_back(self.local.history(role), name))
        stack.pop()
        while stack[-1] != name:
            stack.pop()

    @invariant()
    def serves_what_was_said(self) -> None:
        for role, stack in self.stacks.items():
            assert entries(self.local.history(role)) == stack
        assert set(self.local.roles) == {role for role, stack in self.stacks.items() if stack}

    @invariant()
    def is_read_as_it_is_written(self) -> None:
        assert Local.model_validate_json(self.local.model_dump_json()) == self.local


TestService = Service.TestCase
