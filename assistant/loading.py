"""Engines by their names in the configuration: one, all at once, or by urgency."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Literal

from platformdirs import user_cache_path

from assistant import engines, standby
from assistant.canned import Canned, packed, spoken, unpacked
from assistant.config import Settings
from assistant.errors import ConfigError
from assistant.llm import LanguageModel, LlmSettings
from assistant.parts import Engines, Parts
from assistant.shedding import Shedding
from assistant.stt import Glimpser
from assistant.tts import Synthesizer
from assistant.warden import smaller
from hw import board
from models.kept import Kept
from models.storage import sha256
from models.store import Store

Role = Literal["wake", "vad", "turn", "stt", "llm", "tts"]
ROLES: tuple[Role, ...] = ("wake", "vad", "turn", "stt", "llm", "tts")


def load_engine(role: Role, settings: Settings, store: Store) -> Any:
    """One engine. ConfigError, ModelError."""
    section = getattr(settings, role)
    if role == "turn" and section.engine == "none":
        return None
    return engines.load(role, section, store.path)


def load_engines(settings: Settings, store: Store) -> Engines:
    """All of them, side by side. The first failure is raised: ConfigError or ModelError."""
    from assistant.answering import dialogue, talk

    _names_exist(settings, store)
    with ThreadPoolExecutor(len(ROLES)) as pool:
        loading = {role: pool.submit(load_engine, role, settings, store) for role in ROLES}
        glimpsing = pool.submit(load_glimpser, settings, store)
        dialogue(settings)  # for whoever answers soon
        parts = {role: future.result() for role, future in loading.items()}
    talk(settings, parts["llm"])  # a mistake in the configuration is told now, not to a user
    voice = with_phrases(parts["tts"], settings, store)
    return Engines(**parts | {"tts": voice}, glimpser=glimpsing.result())


def _names_exist(settings: Settings, store: Store) -> None:
    """ConfigError or ModelError if one does not: told at once, not when all else is loaded."""
    from assistant.answering import enabled_skills

    enabled_skills(settings)
    for role in ROLES:
        engine = getattr(settings, role).engine
        if (role, engine) != ("turn", "none"):
            engines.find(role, engine)
    for model in (settings.stt.model, settings.llm.model, settings.tts.voice):
        store.catalog.entry(model)


def load_all(settings: Settings, store: Store) -> Engines:
    """`load_engines`, with the sentences of the skills ready for the first request: for whoever
    asks at once, and waits anyway."""
    from assistant.answering import dialogue

    parts = load_engines(settings, store)
    dialogue(settings).warm()
    return parts


def load_by_urgency(settings: Settings, store: Store, parts: Parts) -> None:
    """Keep each promise as soon as it can be: first the ears, then what the answer of a skill
    needs, then what makes answers better. Two at a time, because each is a file to read and then
    something to compute. Returns when all are kept or broken. A promoted model that is damaged
    gives way to the one before it."""

    def by_name(role: Role) -> Callable[[Settings], Any]:
        return lambda settings: load_engine(role, settings, store)

    with ThreadPoolExecutor(2, thread_name_prefix="loading") as pool:

        def keep(promise: "Future[Any]", role: Role, load: Callable[[Settings], Any]) -> None:
            done = pool.submit(standby.loaded, role, settings, store, load)
            done.add_done_callback(lambda done: _pass_on(done, promise))

        keep(parts.wake, "wake", by_name("wake"))
        keep(parts.vad, "vad", by_name("vad"))
        keep(parts.stt, "stt", by_name("stt"))
        pool.submit(_read_sentences, settings)  # whoever answers meanwhile waits for it
        keep(parts.tts, "tts", lambda settings: _load_voice(settings, store))
        keep(parts.turn, "turn", by_name("turn"))
        keep(parts.llm, "llm", lambda settings: _load_model(settings, store))
        keep(parts.glimpser, "stt", lambda settings: load_glimpser(settings, store))


def _pass_on(done: "Future[Any]", promise: "Future[Any]") -> None:
    if (error := done.exception()) is not None:
        promise.set_exception(error)
    else:
        promise.set_result(done.result())


def _read_sentences(settings: Settings) -> None:
    from assistant.answering import dialogue

    dialogue(settings)


def _load_model(settings: Settings, store: Store) -> LanguageModel:
    from assistant.answering import talk

    def load(llm: LlmSettings) -> Any:
        return engines.load("llm", llm, store.path)

    model = Shedding(load, settings.llm, smaller(settings.llm, board.here(), store))
    talk(settings, model.current())  # a mistake in the configuration is told now, not to a user
    return model


def _load_voice(settings: Settings, store: Store) -> Synthesizer:
    return with_phrases(load_engine("tts", settings, store), settings, store)


def load_glimpser(settings: Settings, store: Store) -> Glimpser | None:
    """A recogniser of its own for partial transcripts: a pass that has begun holds its engine for
    most of its time, and the transcript that is answered must not wait for it. One thread: more
    would want cores at the same moment, and it is given only what others leave."""
    if not settings.stt.partials_s:
        return None
    engine = engines.load("stt", settings.stt.model_copy(update={"threads": 1}), store.path)
    if not isinstance(engine, Glimpser):
        name = settings.stt.engine
        raise ConfigError(f"stt.partials_s: the engine {name!r} gives no partial transcripts.")
    return engine


_SPEECH = 1
"""Another number, and phrases kept by an earlier version are spoken anew."""


def with_phrases(voice: Synthesizer, settings: Settings, store: Store) -> Canned:
    """`voice`, with `answering.PHRASES` from the cache folder; the first start speaks them and
    keeps them. ModelError."""
    from assistant.answering import PHRASES
    from assistant.spoken import speakable

    tts = settings.tts
    texts = [speakable(text, settings.stt.language) for text in PHRASES]
    about = (_SPEECH, tts.engine, sha256(store.path(tts.voice)), tts.speed, tts.gain_db, *texts)
    kept = Kept(user_cache_path("kitchen-assistant"), "speech", about)
    content = kept.load()
    if content is not None:
        return Canned(voice, unpacked(content, texts))
    speech = spoken(voice, texts)
    kept.save(packed(speech, texts))
    return Canned(voice, speech)
