"""What every test may ask for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from models.store import Store


@pytest.fixture
def model() -> Callable[[str], Path]:
    """The path of an installed model's main file by catalog name; ModelError if it is missing."""
    return Store().path
