"""The networks that llama.cpp can rebuild exactly from a checkpoint, by Hugging Face's names."""

from dataclasses import dataclass

from assistant.errors import ModelError


@dataclass(frozen=True, slots=True)
class Family:
    architecture: str
    """As llama.cpp calls it."""
    activations: tuple[str, ...]
    """What `hidden_act` may say for the one activation that llama.cpp computes."""
    interleaved: bool = False
    """Rotary embedding turns neighbouring values, not one of each half: rows of q and k move."""
    norms_from_one: bool = False
    """Stored norms are what is added to 1."""
    tied: bool = False
    """Whether the output is the embedding where the config does not say."""
    query_bias: bool = False
    """q, k and v always have a bias."""
    head_norms: bool = False
    """q and k are normalised head by head."""
    sandwich: bool = False
    """Norms behind attention and feed-forward, too."""
    soft_caps: bool = False
    """Logits of attention and output are capped by tanh."""
    window_every: int = 0
    """One layer in so many sees everything, the others a window; 0: all see everything."""
    context: int = 0
    """Tokens where the config does not say; 0: it has to."""
    theta: float = 10_000.0
    """Base of the rotary embedding where the config does not say."""


_GELU = ("gelu_pytorch_tanh", "gelu")
_GEMMA2 = ("gelu_pytorch_tanh",)
_LLAMA = Family("llama", ("silu",), interleaved=True)

FAMILIES = {
    "LlamaForCausalLM": _LLAMA,
    "MistralForCausalLM": _LLAMA,
    "Qwen2ForCausalLM": Family("qwen2", ("silu",), query_bias=True),
    "Qwen3ForCausalLM": Family("qwen3", ("silu",), head_norms=True),
    # Gemma 1 was published with "gelu" where the tanh form is meant.
    "GemmaForCausalLM": Family("gemma", _GELU, norms_from_one=True, tied=True),
    "Gemma2ForCausalLM": Family(
        "gemma2",
        _GEMMA2,
        norms_from_one=True,
        tied=True,
        sandwich=True,
        soft_caps=True,
        window_every=2,
    ),
    "Gemma3ForCausalLM": Family(
        "gemma3",
        _GEMMA2,
        norms_from_one=True,
        tied=True,
        head_norms=True,
        sandwich=True,
        window_every=6,
        context=131_072,
        theta=1_000_000.0,
    ),
}


def family(architectures: list[str]) -> Family:
    """Raises ModelError for a network that is none of these."""
    for name in architectures:
        if name in FAMILIES:
            return FAMILIES[name]
    named = ", ".join(architectures) or "an unnamed one"
    raise ModelError(
        f"The network is {named}, not one of {', '.join(FAMILIES)}: "
        "choose a model of these families."
    )
