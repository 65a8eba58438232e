"""docs/boards.md says what the profiles say."""

from pathlib import Path

import pytest

from hw.profile import Profile, profiles

DOC = (Path(__file__).parents[2] / "docs" / "boards.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("profile", profiles().values(), ids=lambda profile: profile.name)
def test_its_models_and_limits_are_in_the_tables(profile: Profile) -> None:
    rows = [line for line in DOC.splitlines() if line.startswith("|")]
    for row in profile.models:
        for models in filter(None, (row, row.cuda)):
            wanted = (models.stt, models.llm, models.smaller)
            assert any(all(name in line for name in wanted) for line in rows), wanted
    heat = profile.heat
    limits = f"| {heat.shed_c:g} | {heat.throttle_c:g} | {heat.hard_c:g} |"
    assert any(limits in line for line in rows), limits
    assert any(f"| {heat.shed_c:g} °C |" in line for line in rows)


def test_no_figure_is_said_to_be_measured_on_a_board() -> None:
    assert "Nothing here was measured on a Raspberry Pi or a Jetson." in DOC
