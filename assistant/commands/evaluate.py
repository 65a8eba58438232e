"""`assistant eval`: measure the engines on labelled recordings."""

import time
from dataclasses import asdict
from typing import Annotated, Literal

import typer

from assistant import config
from assistant.audio import quiet
from assistant.commands.endpoint import endpoint
from assistant.commands.first_word import first_word
from assistant.commands.idle import idle
from assistant.commands.intents import intents
from assistant.commands.measuring import Measuring, MeasuringSentences, changed, watched
from assistant.engines import load as load_engine
from assistant.errors import InputError
from assistant.evaluate import echo as echo_evaluation
from assistant.evaluate import plot as plots
from assistant.evaluate import self_trigger, selftalk
from assistant.evaluate import stt as stt_evaluation
from assistant.evaluate import wake as wake_evaluation
from assistant.evaluate.double_talk import CONDITIONS, DoubleTalk, unusable
from assistant.evaluate.text import Normalizer
from assistant.listen import Endpointer, Listener
from assistant.options import (
    ConfigOption,
    JsonOption,
    LimitOption,
    ManifestArgument,
    PlotOption,
    SetsOption,
)
from assistant.wake import WakeSettings
from models.store import Store

app = typer.Typer(no_args_is_help=True, help="Measure the engines on labelled recordings.")
app.command()(idle)
app.command()(endpoint)
app.command("first-word")(first_word)
app.command()(intents)

Threshold = Annotated[float | None, typer.Option(help="Instead of the configured one.")]
Model = Annotated[str | None, typer.Option(help="Catalog name of the weights.")]
Language = Annotated[str | None, typer.Option(help="ISO 639-1 code.")]
Context = Annotated[
    Literal["short", "full"] | None, typer.Option(help="Audio context of the encoder.")
]
Threads = Annotated[int | None, typer.Option(help="CPU threads.")]
Worst = Annotated[int, typer.Option(min=0, help="List this many of the worst utterances.")]
Phrase = Annotated[str | None, typer.Option(help="Catalog name of the wake phrase.")]


@app.command()
def stt(
    manifest: ManifestArgument,
    as_json: JsonOption = False,
    plot: PlotOption = None,
    limit: LimitOption = None,
    sets: SetsOption = None,
    config_path: ConfigOption = None,
    model: Model = None,
    language: Language = None,
    context: Context = None,
    threads: Threads = None,
    worst: Worst = 0,
) -> None:
    """Word error rate, entities, speed and loops of the speech recogniser."""
    settings = config.load(config_path).stt
    settings = changed(settings, model=model, language=language, context=context, threads=threads)
    measuring = Measuring(manifest, sets, limit, plot)
    measuring.usable(lambda row: stt_evaluation.unusable(row, settings.language))
    normalizer = Normalizer(settings.language)
    transcriber = load_engine("stt", settings, Store().path)
    evaluation = stt_evaluation.SttEvaluation(
        transcriber, normalizer, time.perf_counter, time.process_time
    )
    evaluation.warm_up()
    rows = measuring.progress("transcribing")
    utterances = [utterance for row in rows for utterance in evaluation.measure(row)]
    result = stt_evaluation.summarise(utterances)
    if worst:
        result["worst"] = stt_evaluation.worst(utterances, worst)
    if plot is not None:
        plots.stt(result, plot)
    stated = {**settings.model_dump(), "normalizer": normalizer.name}
    measuring.finish("stt", stated, result, as_json)


@app.command()
def wake(
    manifest: ManifestArgument,
    as_json: JsonOption = False,
    plot: PlotOption = None,
    limit: LimitOption = None,
    sets: SetsOption = None,
    config_path: ConfigOption = None,
    phrase: Phrase = None,
    threshold: Threshold = None,
) -> None:
    """Missed wake words and false accepts per hour, over all thresholds."""
    settings = _for_one_phrase(config.load(config_path).wake, phrase, threshold)
    name = settings.phrases[0]
    measuring = Measuring(manifest, sets, limit, plot)
    rows = measuring.usable(lambda row: wake_evaluation.unusable(row, name))
    if {wake_evaluation.kind(row, name) for row in rows} != {"positive", "negative"}:
        raise InputError(
            f"{manifest}: recordings with and without {name.replace('_', ' ')!r} are needed; "
            "choose other sets or another --phrase."
        )
    every_score = changed(settings, threshold=wake_evaluation.FAINTEST, refractory_s=0.0)
    evaluation = wake_evaluation.WakeEvaluation(
        load_engine("wake", every_score, Store().path), name
    )
    tracks = [evaluation.measure(row) for row in measuring.progress("listening")]
    result = wake_evaluation.summarise(tracks, settings.threshold, settings.refractory_s)
    if plot is not None:
        plots.wake(result, name.replace("_", " "), plot)
    stated = {
        **settings.model_dump(exclude={"thresholds"}),
        "quiet_before_s": wake_evaluation.BEFORE_S,
        "quiet_after_s": wake_evaluation.AFTER_S,
        "quiet": quiet.DESCRIPTION,
    }
    measuring.finish("wake", stated, result, as_json)


@app.command()
def echo(
    manifest: ManifestArgument,
    as_json: JsonOption = False,
    plot: PlotOption = None,
    limit: LimitOption = None,
    sets: SetsOption = None,
    config_path: ConfigOption = None,
) -> None:
    """Echo taken away in simulated rooms, and what is left of people who speak over it."""
    settings = config.load(config_path)
    measuring = Measuring(manifest, sets, limit, plot)
    rows = measuring.usable(lambda row: unusable(row, settings.stt.language))
    normalizer = Normalizer(settings.stt.language)
    model = Store().path
    canceller = load_engine("echo", settings.echo, model)
    detector = load_engine("wake", settings.wake, model)
    transcriber = load_engine("stt", settings.stt, model)
    voice = load_engine("tts", settings.tts, model)
    spoken = echo_evaluation.speak(voice, watched(selftalk.REPLIES, "speaking"))
    talk = DoubleTalk(rows, spoken, settings.wake.phrases, normalizer)
    talks = []
    for condition in watched(CONDITIONS, "listening"):
        pcm = talk.hear(condition, canceller)
        wake = talk.wake(pcm, condition, detector)
        talks.append({**asdict(condition), "wake": wake, "words": talk.words(pcm, transcriber)})
    result = {**echo_evaluation.single_talk(canceller, spoken), "double_talk": talks}
    if plot is not None:
        plots.echo(result, plot)
    stated = {
        "echo": settings.echo.model_dump(),
        "wake": settings.wake.model_dump(),
        "voice": settings.tts.voice,
        "stt": settings.stt.model,
        "normalizer": normalizer.name,
        "room": asdict(echo_evaluation.ROOM),
    }
    measuring.finish("echo", stated, result, as_json)


@app.command("self-trigger")
def own_voice(
    as_json: JsonOption = False,
    plot: PlotOption = None,
    limit: LimitOption = 200,
    config_path: ConfigOption = None,
) -> None:
    """Wakes and interruptions by the assistant's own voice saying its wake words."""
    settings = config.load(config_path)
    sentences = selftalk.sentences(limit or 200)
    measuring = MeasuringSentences(sentences, plot)
    model = Store().path
    canceller = load_engine("echo", settings.echo, model)
    detector = load_engine("wake", settings.wake, model)
    vad = load_engine("vad", settings.vad, model)
    voice = load_engine("tts", settings.tts, model)
    spoken = echo_evaluation.speak(voice, watched(sentences, "speaking"))

    def listener() -> Listener:
        detector.reset()
        vad.reset()
        return Listener(detector, vad, Endpointer(settings.endpointing, settings.vad.threshold))

    volumes = watched(self_trigger.VOLUMES, "listening")
    rows = [
        row for one in volumes for row in self_trigger.measure(spoken, one, canceller, listener)
    ]
    result = {"sentences": len(sentences), "volumes": rows}
    if plot is not None:
        plots.self_trigger(result, plot)
    stated = {
        "echo": settings.echo.model_dump(),
        "wake": settings.wake.model_dump(),
        "vad": settings.vad.model_dump(),
        "endpointing": settings.endpointing.model_dump(),
        "voice": settings.tts.voice,
    }
    measuring.finish("self_trigger", stated, result, as_json)


def _for_one_phrase(
    settings: WakeSettings, phrase: str | None, threshold: float | None
) -> WakeSettings:
    """The settings as they would be if only `phrase` were listened for."""
    name = phrase or settings.phrases[0]
    if threshold is None:
        threshold = settings.thresholds.get(name, settings.threshold)
    models = {name: settings.model_of(name)}
    return changed(settings, phrases=(name,), models=models, thresholds={}, threshold=threshold)
