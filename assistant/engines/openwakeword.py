"""openWakeWord: wake phrases found by small classifiers on Google's speech embedding.

Source: github.com/dscripka/openWakeWord (Apache-2.0). Every 80 ms one mel spectrogram graph and
one embedding graph run for all phrases together; each phrase adds only its own classifier (head).

    1,280 new samples + 480 before  ->  8 mel frames of 32 bins      (10 ms apart)
    the last 76 mel frames          ->  1 embedding of 96 numbers    (covers 775 ms)
    the last 16 embeddings          ->  1 score a phrase             (covers about 2 s)

The first two are computed another way than by running the files as they are (`mel_spectrogram`,
`streaming`), with the same results in a third of the time. The openwakeword package, its scipy,
scikit-learn and TensorFlow Lite are not needed.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.audio.types import RATE, Frame, Pcm, Rechunker
from assistant.engines import ModelPath
from assistant.engines.mel_spectrogram import MelSpectrogram
from assistant.engines.onnx import session
from assistant.engines.speech_embedding import SIZE, STEP, WINDOW, SpeechEmbedding
from assistant.errors import ModelError
from assistant.wake import Detection, NearMiss, WakePolicy, WakeSettings

HOP = 1_280
"""Samples at 16 kHz (80 ms) between two scores."""

LATE_S = {"alexa": 0.0, "hey_jarvis": 0.2, "hey_mycroft": 0.3}
"""Seconds by which a phrase is heard after its end where the request follows without a gap: so much
before it is heard the request begins. docs/log.md has figures."""
_LATE_S = 0.2
"""For phrases of which nobody knows."""

_Floats = NDArray[np.float32]


class Features:
    """The part all phrases share: audio in, the latest embeddings out.

    It begins, and after `reset` begins again, as if silence had gone before for ever; so the
    scores of a recording never depend on what was heard earlier, nor on chance (the openwakeword
    package begins with four seconds of random noise).
    """

    def __init__(self, melspectrogram: Path, embedding: Path, keep: int) -> None:
        """`keep`: how many embeddings `latest` holds. ModelError if a file cannot be read."""
        self._melspectrogram = MelSpectrogram(melspectrogram, HOP)
        self._embedding = SpeechEmbedding(embedding)
        self.latest: _Floats = np.zeros((keep, SIZE), np.float32)
        """Shape (keep, 96), oldest first; a buffer that the next `push` overwrites."""
        silence = self._mel_frames(np.zeros(HOP, np.int16))
        for _ in range(-(-WINDOW // STEP)):
            self.latest[:] = self._embedding.push(silence)
        self._silence = self._embedding.state(), self.latest[0].copy()

    def reset(self) -> None:
        self._melspectrogram.reset()
        state, self.latest[:] = self._silence
        self._embedding.restore(state)

    def push(self, block: Pcm) -> None:
        """Take the next hop, shape (1280,), int16, 16 kHz; renews `latest`."""
        self.latest[:-1] = self.latest[1:]
        self.latest[-1] = self._embedding.push(self._mel_frames(block))

    def _mel_frames(self, block: Pcm) -> _Floats:
        """Shape (8, 32). The scale brings the decibels to what the embedding was trained on."""
        return self._melspectrogram.push(block) / np.float32(10) + np.float32(2)


class _Head:
    """The classifier of one phrase."""

    def __init__(self, path: Path) -> None:
        self._session = session(path, threads=1)
        self._input = self._session.get_inputs()[0].name
        shapes = self._session.get_inputs()[0].shape, self._session.get_outputs()[0].shape
        match shapes:
            case [[1, int(window), int(width)], [1, 1]] if width == SIZE:
                self.window = window
                """How many embeddings it looks at."""
            case _:
                raise ModelError(
                    f"The model file {path} is not an openWakeWord model of one phrase; "
                    "choose another in wake.models or wake.phrases."
                )

    def score(self, embeddings: _Floats) -> float:
        """0 to 1. `embeddings`: shape (at least `window`, 96), oldest first."""
        window = embeddings[None, -self.window :]
        return float(self._session.run(None, {self._input: window})[0][0, 0])


class Scorer:
    """Raw scores, one a phrase every 80 ms, with no threshold: what evaluation looks at.

    The scores are those of the openwakeword 0.6 package (`Model.predict`, ONNX graphs, 1,280
    samples a call) once both have heard the same 25 hops (2 s): its first call yields five mel
    frames instead of eight, its mel buffer begins with ones and its embeddings with noise, and it
    takes 10 hops to fill a mel window with real audio and 15 more to fill the 16 embeddings. From
    then on the difference is rounding.
    """

    def __init__(self, melspectrogram: Path, embedding: Path, heads: Mapping[str, Path]) -> None:
        """`heads`: the classifier's file by phrase. ModelError if a file cannot be used."""
        self._heads = {phrase: _Head(path) for phrase, path in heads.items()}
        keep = max((head.window for head in self._heads.values()), default=1)
        self._features = Features(melspectrogram, embedding, keep)

    def push(self, block: Pcm) -> dict[str, float]:
        """Take the next hop, shape (1280,), int16, 16 kHz; the score (0 to 1) of each phrase."""
        self._features.push(block)
        latest = self._features.latest
        return {phrase: head.score(latest) for phrase, head in self._heads.items()}

    def reset(self) -> None:
        """Forget the audio so far, as after loading."""
        self._features.reset()


def _ended(found: Detection) -> Detection:
    """Where the phrase may have ended already, rather than where its score is known."""
    late = round(LATE_S.get(found.phrase, _LATE_S) * RATE)
    return replace(found, at=max(0, found.at - late))


class OpenWakeWord:
    """The `WakeDetector`: frames re-blocked into hops, scored, and judged by `WakePolicy`."""

    def __init__(self, scorer: Scorer, policy: WakePolicy) -> None:
        self._scorer = scorer
        self._policy = policy
        self._blocks = Rechunker(HOP)
        self._next = 0
        """Absolute index of the first sample not yet seen."""
        self._heard = 0
        """Absolute index of the first sample not yet scored."""

    @classmethod
    def load(cls, settings: WakeSettings, model: ModelPath) -> "OpenWakeWord":
        """ModelError if the features or a phrase are not installed or cannot be read."""
        melspectrogram = model("openwakeword-features")
        embedding = melspectrogram.with_name("embedding_model.onnx")
        heads = {phrase: model(settings.model_of(phrase)) for phrase in settings.phrases}
        return cls(Scorer(melspectrogram, embedding, heads), WakePolicy(settings))

    def push(self, frame: Frame) -> Detection | NearMiss | None:
        if frame.start != self._next:
            self._jump(frame.start)
        self._next = frame.end
        found = None
        for block in self._blocks.push(frame.pcm):
            self._heard += HOP
            scores = self._scorer.push(block)
            found = self._policy.judge(scores, self._heard, frame.sounding) or found
        return _ended(found) if isinstance(found, Detection) else found

    def _jump(self, to: int) -> None:
        """After a gap. Hops end at multiples of 1,280 whatever was left out, so that it does not
        change the scores; what rests goes on resting."""
        missed = to % HOP
        self._scorer.reset()
        self._blocks.reset()
        self._blocks.push(np.zeros(missed, np.int16))
        self._heard = to - missed

    def reset(self) -> None:
        self._scorer.reset()
        self._policy.reset()
        self._blocks.reset()
        self._next = self._heard = 0
