import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.pace import Pace


@given(st.lists(st.floats(0, 0.15), min_size=1, max_size=200), st.floats(0, 1))
def test_quantiles_are_those_of_the_list_to_half_a_millisecond(
    seconds: list[float], share: float
) -> None:
    pace = Pace()
    for each in seconds:
        pace.add(each)
    exact_ms = float(np.quantile(seconds, share, method="inverted_cdf")) * 1000
    assert exact_ms - 0.01 <= pace.quantile_ms(share) <= exact_ms + 0.51
    assert pace.steps == len(seconds)


def test_a_long_step_is_kept_as_the_longest() -> None:
    pace = Pace()
    pace.add(3)
    assert pace.longest_ms == 3000
    assert pace.quantile_ms(0.5) > 100


def test_without_steps_there_is_nothing_to_say() -> None:
    assert Pace().quantile_ms(0.99) == 0
