"""What every test may ask for."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import settings

from models.store import Store

# A machine that stalls for half a second is no defect of what is tested.
# A hundred examples of each property in the quick suite; `make test` looks longer.
settings.register_profile("quick", deadline=None, max_examples=100)
settings.register_profile("thorough", deadline=None, max_examples=200)
settings.load_profile("quick")


def pytest_collectstart() -> None:
    """What is made while tests are collected lives to the end."""
    gc.disable()


def pytest_collection_finish() -> None:
    """The garbage collector need not look through it: that was a tenth of all the time."""
    gc.freeze()
    gc.enable()


@pytest.fixture
def model() -> Callable[[str], Path]:
    """The path of an installed model's main file by catalog name; ModelError if it is missing."""
    return Store().path


@pytest.fixture(autouse=True, scope="session")
def _state_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What an assistant learns in a test is not for the one that is used here."""
    with mock.patch.dict(os.environ, XDG_STATE_HOME=str(tmp_path_factory.mktemp("state"))):
        yield


TRIES = 3
"""Of a test that plays and records in real time: a host that stops for a tenth of a second is heard
as a gap, in one test of twenty on a bad day. What is broken fails each time."""


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    if "sound" not in item.keywords:
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for left in reversed(range(TRIES)):
        item._initrequest()  # type: ignore[attr-defined]
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if not left or not any(report.failed for report in reports):
            break
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
