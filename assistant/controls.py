"""What hands can do, with a button, a key or a signal."""

import logging
from collections.abc import Callable

from assistant.errors import StageError
from assistant.events import ButtonPressed
from assistant.household import Household
from assistant.mute import Mute
from assistant.skills.volume import Volume, VolumeDown, VolumeUp

log = logging.getLogger(__name__)


class Controls:
    """From any thread; `talk`, `hush` and `toggle_mute` from a signal handler, too."""

    def __init__(
        self,
        household: Household,
        mute: Mute,
        post: Callable[[ButtonPressed], None],
        heard: Callable[[], int],
    ) -> None:
        """`heard`: the end of what was captured so far, a sample index."""
        self._household = household
        self._mute = mute
        self._post = post
        self._heard = heard

    def talk(self) -> None:
        """As if the wake word had just been heard."""
        self._post(ButtonPressed("talk", self._heard()))

    def hush(self) -> None:
        """Stop what rings."""
        self._post(ButtonPressed("stop"))

    def toggle_mute(self) -> None:
        """Close the microphone, so that nothing at all can be heard; or open it again."""
        self._mute.toggle()

    def turn_volume(self, up: bool) -> None:
        """One step, as if somebody had asked for it; what a skill would ask back is not asked."""
        step = VolumeUp() if up else VolumeDown()
        try:
            self._household.perform(Volume().answer(step, self._household.look()).actions)
        except StageError as error:
            log.warning("the volume cannot be kept: %s", error)
