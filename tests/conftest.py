"""What every test may ask for."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import settings

from models.store import Store

# A machine that stalls for half a second is no defect of what is tested.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def model() -> Callable[[str], Path]:
    """The path of an installed model's main file by catalog name; ModelError if it is missing."""
    return Store().path


@pytest.fixture(autouse=True, scope="session")
def _state_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What an assistant learns in a test is not for the one that is used here."""
    with mock.patch.dict(os.environ, XDG_STATE_HOME=str(tmp_path_factory.mktemp("state"))):
        yield
