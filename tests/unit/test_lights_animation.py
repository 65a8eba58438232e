"""What the scenes look like: calm, never too bright, and told apart without their colours."""

from itertools import combinations, cycle, pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.events import Armed, Entered, Message
from assistant.lights.animation import ANIMATIONS, DARK, FEWEST, MARK, STEP_S, Rgb, frame, marks
from assistant.lights.scene import Scene, Shown
from assistant.lights.show import DWELL_S, Show
from tests.unit.test_lights_scene import CLOSED, MESSAGES, rang

SIZES = (3, 5, 7, 8, 12, 16, 24, 60)
PIXELS = st.integers(FEWEST, 64)
SHOWN = st.builds(Shown, st.sampled_from(Scene), st.booleans())
FLASHES = 3
"""A second: no more are harmless (WCAG 2.2, 2.3.1)."""


LUMINANCES = [(part / 255) ** 2.2 for part in range(256)]


def light(colours: tuple[Rgb, ...]) -> float:
    """Relative luminance of the whole ring, 0 to 1 (Rec. 709)."""
    total = 0.0
    for red, green, blue in colours:
        total += 0.2126 * LUMINANCES[red] + 0.7152 * LUMINANCES[green] + 0.0722 * LUMINANCES[blue]
    return total / len(colours)


def flat(colours: tuple[Rgb, ...]) -> list[int]:
    return [part for colour in colours for part in colour]


def turns(values: list[float]) -> list[int]:
    """Indices at which a change of a tenth or more ends and one in the other direction begins."""
    found, extreme, at, rising = [], values[0], 0, None
    for index, value in enumerate(values):
        if rising is None:
            if abs(value - values[0]) >= 0.1:
                rising, extreme, at = value > values[0], value, index
        elif (value > extreme) == rising and value != extreme:
            extreme, at = value, index
        elif abs(value - extreme) >= 0.1:
            found.append(at)
            rising, extreme, at = not rising, value, index
    return found


def most_turns(values: list[float], step_s: float) -> int:
    """In any one second."""
    times = [index * step_s for index in turns(values)]
    return max((sum(t <= other < t + 1.0 for other in times) for t in times), default=0)


@given(SHOWN, st.floats(0, 10_000), PIXELS)
def test_every_picture_has_a_colour_for_every_light(shown: Shown, t_s: float, pixels: int) -> None:
    made = frame(shown, t_s, pixels)
    assert len(made.colours) == pixels
    assert all(0 <= part <= 255 for colour in made.colours for part in colour)
    assert made.next_s is None or made.next_s > t_s


@given(SHOWN, st.floats(0, 60), st.floats(0, 60), PIXELS)
def test_what_says_that_it_stands_still_does(
    shown: Shown, t_s: float, later_s: float, pixels: int
) -> None:
    made = frame(shown, t_s, pixels)
    if made.next_s is None:
        assert frame(shown, t_s + later_s, pixels).colours == made.colours


@pytest.mark.parametrize("scene", Scene)
def test_what_repeats_repeats(scene: Scene) -> None:
    period_s = ANIMATIONS[scene].period_s
    assert (period_s > 0) == (ANIMATIONS[scene].rest_s is None)
    for t_s in (0.1, 0.45, 1.3):
        now, then = (frame(Shown(scene), at, 12).colours for at in (t_s, t_s + period_s))
        parts = zip(flat(now), flat(then), strict=True)
        assert not period_s or all(abs(one - other) <= 1 for one, other in parts)


@pytest.mark.parametrize("scene", [Scene.IDLE, Scene.MUTED, Scene.BROKEN, Scene.SHED])
def test_what_may_last_for_days_wakes_nobody(scene: Scene) -> None:
    assert frame(Shown(scene, scene is Scene.MUTED), 0.0, 12).next_s is None


def test_waiting_is_dark_and_nothing_else_is() -> None:
    for scene in Scene:
        muted = scene is Scene.MUTED
        for step in range(100):
            colours = frame(Shown(scene, muted), step * STEP_S, 12).colours
            assert scene is not Scene.IDLE or set(colours) == {DARK}
            if scene not in (Scene.IDLE, Scene.FAILED):
                assert set(colours) != {DARK}, (scene, step)


@pytest.mark.parametrize("pixels", SIZES)
def test_a_closed_microphone_is_marked_over_every_scene(pixels: int) -> None:
    one, other = marks(pixels)
    assert one != other
    for scene in Scene:
        for step in range(80):
            colours = frame(Shown(scene, muted=True), step * STEP_S, pixels).colours
            assert colours[one] == colours[other] == MARK
            if pixels >= 8:
                beside = {(one + 1), (one - 1) % pixels, other - 1, (other + 1) % pixels}
                assert {colours[index] for index in beside} == {DARK}


@pytest.mark.parametrize("pixels", SIZES)
def test_scenes_differ_without_their_colours(pixels: int) -> None:
    """In which lights are lit over two seconds, and how strongly."""

    def figure(scene: Scene) -> tuple[tuple[bool, ...], ...]:
        muted = scene is Scene.MUTED
        frames = [frame(Shown(scene, muted), 0.3 + step / 10, pixels) for step in range(20)]
        brightest = max(max(colour) for made in frames for colour in made.colours) or 255
        return tuple(
            tuple(max(colour) > brightest / 2 for colour in made.colours) for made in frames
        )

    figures = {scene: figure(scene) for scene in Scene}
    for one, other in combinations(Scene, 2):
        assert figures[one] != figures[other], (one, other)


QUICK = st.lists(
    st.tuples(st.sampled_from([0.02, 0.05, 0.12, 0.26, 0.4]), MESSAGES), min_size=2, max_size=8
)
"""(seconds before it, message): told again and again."""


def watched(pixels: int, story: list[tuple[float, Message]]) -> list[float]:
    """The light of the ring over five seconds, every 10 ms."""
    show, values, due_s = Show(pixels, 0.0), [], story[0][0]
    messages = cycle(story)
    _, message = next(messages)
    for step in range(500):
        now = step * 0.01
        while due_s <= now:
            show.tell(message, now)
            wait_s, message = next(messages)
            due_s += wait_s
        values.append(light(show.picture(now).colours))
    return values


@settings(max_examples=40)
@given(st.sampled_from((3, 12, 24)), QUICK)
def test_nothing_flickers_even_if_everything_happens_at_once(
    pixels: int, story: list[tuple[float, Message]]
) -> None:
    assert most_turns(watched(pixels, story), 0.01) <= 2 * FLASHES


@pytest.mark.parametrize("gap_s", [0.02, 0.05, 0.12, 0.16, 0.26, 0.4])
@pytest.mark.parametrize(
    "states", [*permutations(["idle", "listening", "speaking", "thinking"], 2)]
)
def test_states_in_quick_turn_do_not_flicker(states: tuple[str, str], gap_s: float) -> None:
    story: list[tuple[float, Message]] = [(gap_s, Entered(state)) for state in states]
    assert most_turns(watched(12, [(0.0, Armed()), *story]), 0.01) <= 2 * FLASHES


def test_the_counter_of_flashes_counts() -> None:
    assert most_turns([0.0, 1.0] * 25, 0.1) >= 10
    assert most_turns([0.5] * 100, 0.1) == 0


@pytest.mark.parametrize("scene", Scene)
def test_no_light_of_its_own_flickers(scene: Scene) -> None:
    frames = [frame(Shown(scene), step * 0.01, 12).colours for step in range(600)]
    for index in range(12):
        values = [light((colours[index],)) for colours in frames]
        assert most_turns(values, 0.01) <= 2 * FLASHES


def shown_at(show: Show, now: float) -> tuple[tuple[Rgb, ...], float | None]:
    made = show.picture(now)
    return made.colours, made.until_s


def test_whoever_calls_sees_it_at_once() -> None:
    show = Show(12, 0.0)
    show.tell(Armed(), 1.0)
    assert shown_at(show, 1.0) == ((DARK,) * 12, None)
    assert show.tell(Entered("listening"), 5.0)
    colours, until_s = shown_at(show, 5.0)
    assert set(colours) != {DARK}
    assert until_s == pytest.approx(5.0 + STEP_S)
    assert shown_at(show, 6.0)[1] is None, "it stands still"


def test_a_scene_stays_for_a_moment() -> None:
    show = Show(12, 0.0)
    messages: list[tuple[Message, float]] = [
        (Armed(), 0.0),
        (Entered("listening"), 1.0),
        (Entered("thinking"), 1.1),
        (CLOSED, 1.3),
    ]
    for message, at in messages:
        show.tell(message, at)
        shown_at(show, at)
    colours, until_s = shown_at(show, 1.3)
    assert colours == frame(Shown(Scene.LISTENING), 0.3, 12).colours
    assert until_s == pytest.approx(1.0 + DWELL_S)
    assert shown_at(show, 1.45)[0] == frame(Shown(Scene.THINKING, muted=True), 0.0, 12).colours


@given(st.lists(st.tuples(MESSAGES, st.floats(0, 1)), max_size=30))
def test_pictures_are_due_in_time(story: list[tuple[Message, float]]) -> None:
    """Whoever only looks when something is told, or is due, sees what there is to be seen."""
    show, now = Show(12, 0.0), 0.0
    for message, wait_s in story:
        show.tell(message, now)
        until_s = show.picture(now).until_s
        assert until_s is None or until_s > now
        now += wait_s
    for _ in range(200):
        picture = show.picture(now)
        if picture.until_s is None:
            assert show.picture(now + 100.0).colours == picture.colours
            break
        now = picture.until_s


def test_ringing_is_known_to_the_button() -> None:
    show = Show(12, 0.0)
    assert not show.ringing
    show.tell(rang(7), 1.0)
    assert show.ringing


@pytest.mark.parametrize("pixels", SIZES)
def test_moving_scenes_move_smoothly(pixels: int) -> None:
    """From one picture to the next no light jumps by more than most of its range."""
    for scene in Scene:
        period_s = ANIMATIONS[scene].period_s
        steps = [frame(Shown(scene), n * STEP_S, pixels).colours for n in range(80)]
        for before, after in pairwise(steps):
            worst = max(
                abs(one - other) for one, other in zip(flat(before), flat(after), strict=True)
            )
            limit = 40 if scene is not Scene.THINKING else 255 * max(0.4, STEP_S / 1.5 * pixels)
            assert not period_s or worst <= limit, scene
