"""Nothing leaves the machine, whatever is done. Needs a network namespace: root has one, and others
where the system lets them."""

import pytest

from tools.check import offline

pytestmark = [
    pytest.mark.models,
    pytest.mark.timeout(600),
    pytest.mark.skipif(bool(offline.possible()), reason=offline.possible()),
]


def test_what_leaves_is_counted() -> None:
    assert offline.left("spoken") > 0


def test_everything_works_without_a_route() -> None:
    offline.left("none")


def test_nothing_leaves_where_there_is_a_route() -> None:
    assert offline.left("wall") == 0
