"""config.json: the numbers of a network, and refusal of what llama.cpp would compute otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import ModelError
from tools.quantize.convert.llm.families import Family, family

Count = Annotated[int, Field(ge=1, le=1 << 20, strict=True)]
Tokens = Annotated[int, Field(ge=1, le=1 << 31, strict=True)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]

ModelT = TypeVar("ModelT", bound=BaseModel)


class Rope(BaseModel):
    """How positions are encoded where they are more than were trained at first."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    rope_type: str = "default"
    rope_theta: Positive | None = None
    factor: Positive | None = None
    low_freq_factor: Positive = 1.0
    high_freq_factor: Positive = 4.0
    original_max_position_embeddings: Tokens | None = None


class Given(BaseModel):
    """The keys that matter, as they stand in config.json."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    architectures: list[str] = []
    num_hidden_layers: Count
    hidden_size: Count
    intermediate_size: Count
    num_attention_heads: Count
    num_key_value_heads: Count | None = None
    head_dim: Count | None = None
    vocab_size: Tokens
    max_position_embeddings: Tokens | None = None
    rms_norm_eps: Positive = 1e-6
    hidden_act: str | None = None
    hidden_activation: str | None = None
    tie_word_embeddings: bool | None = None
    attention_bias: bool = False
    mlp_bias: bool = False
    rope_theta: Positive | None = None
    rope_local_base_freq: Positive = 10_000.0
    rope_scaling: dict[str, Any] | None = None
    rope_parameters: dict[str, Any] | None = None
    use_sliding_window: bool = False
    sliding_window: Tokens | None = None
    sliding_window_pattern: Count | None = None
    layer_types: list[str] | None = None
    query_pre_attn_scalar: Positive | None = None
    attn_logit_softcapping: Positive | None = None
    final_logit_softcapping: Positive | None = None
    quantization_config: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """What the rest of the conversion asks."""

    family: Family
    given: Given
    kv_heads: int
    head_dim: int
    context: int
    tied: bool
    rope: Rope
    theta: float
    local_theta: float
    """Of layers that see a window."""


def read(raw: Mapping[str, Any]) -> Config:
    """Raises ModelError naming the key that is missing, impossible or not to be had exactly."""
    given = _parsed(Given, raw)
    kind = family(given.architectures)
    kv_heads = given.num_key_value_heads or given.num_attention_heads
    if given.num_attention_heads % kv_heads:
        raise _wrong(f"has {given.num_attention_heads} heads in {kv_heads} groups")
    if given.head_dim is None and given.hidden_size % given.num_attention_heads:
        raise _wrong("has a hidden_size that its heads do not divide, and no head_dim")
    head_dim = given.head_dim or given.hidden_size // given.num_attention_heads
    if head_dim % 2:
        raise _wrong(f"has a head_dim of {head_dim}, which is odd")
    context = given.max_position_embeddings or kind.context
    if not context:
        raise _wrong("lacks max_position_embeddings")
    everywhere, windowed = _ropes(given)
    config = Config(
        family=kind,
        given=given,
        kv_heads=kv_heads,
        head_dim=head_dim,
        context=context,
        tied=kind.tied if given.tie_word_embeddings is None else given.tie_word_embeddings,
        rope=everywhere,
        theta=everywhere.rope_theta or given.rope_theta or kind.theta,
        local_theta=windowed.rope_theta or given.rope_local_base_freq,
    )
    _refuse(config)
    return config


def _ropes(given: Given) -> tuple[Rope, Rope]:
    """Of layers that see everything, and of those that see a window."""
    both = given.rope_parameters or given.rope_scaling or {}
    if "full_attention" in both or "sliding_attention" in both:
        return _rope(both.get("full_attention")), _rope(both.get("sliding_attention"))
    return _rope(both), Rope()


def _rope(raw: Any) -> Rope:
    if not isinstance(raw, dict | None):
        raise _wrong("describes its rotary embedding in an unknown way")
    named = dict(raw or {})
    named.setdefault("rope_type", named.get("type", "default"))  # "type" until 2024
    return _parsed(Rope, named)


def _parsed(kind: type[ModelT], raw: Mapping[str, Any]) -> ModelT:
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise _wrong(f"says of {name}: {first['msg'].lower()}") from error


def _refuse(config: Config) -> None:
    """What would load and answer, but not as the model was trained."""
    given, kind = config.given, config.family
    if given.quantization_config is not None:
        raise ModelError(
            "This model is quantised already, in a way of its own: "
            "choose the folder of the unquantised one."
        )
    activation = given.hidden_activation or given.hidden_act or kind.activations[0]
    if activation not in kind.activations:
        raise _wrong(f"asks for the activation {activation}, not {kind.activations[0]}")
    if given.use_sliding_window:
        raise _wrong("asks for use_sliding_window, which llama.cpp has not for this family")
    if config.rope.rope_type not in ("default", "linear", "llama3"):
        raise _wrong(f"asks for rotary embeddings of the unknown type {config.rope.rope_type}")
    if config.rope.rope_type != "default" and config.rope.factor is None:
        raise _wrong("stretches its rotary embedding without a factor")
    if kind.tied and not config.tied:
        raise _wrong(
            "unties the output from the embedding, which llama.cpp has not for this family"
        )
    if kind.window_every:
        _refuse_windows(config)


def _refuse_windows(config: Config) -> None:
    given, kind = config.given, config.family
    if given.sliding_window is None:
        raise _wrong("lacks sliding_window")
    # The 27B models are the exception that llama.cpp knows by their number of layers.
    scale = given.query_pre_attn_scalar
    large = given.num_hidden_layers == (46 if kind.soft_caps else 62)
    expected = given.hidden_size / given.num_attention_heads if large else config.head_dim
    if scale is not None and scale != expected:
        raise _wrong(f"has a query_pre_attn_scalar of {scale:g}; llama.cpp takes {expected:g}")
    if not kind.soft_caps and given.attn_logit_softcapping is not None:
        raise _wrong("caps the logits of attention, which llama.cpp has not for this family")
    if given.layer_types is not None:
        usual = [
            "sliding_attention" if (layer + 1) % kind.window_every else "full_attention"
            for layer in range(given.num_hidden_layers)
        ]
        if given.layer_types != usual:
            raise _wrong("alternates windows otherwise than llama.cpp does")
    if given.sliding_window_pattern not in (None, kind.window_every):
        raise _wrong("alternates windows otherwise than llama.cpp does")


def _wrong(what: str) -> ModelError:
    return ModelError(f"config.json {what}: choose a model that llama.cpp can compute as it is.")
