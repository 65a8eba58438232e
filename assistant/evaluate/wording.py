"""What the language model makes of the words of one request, as during a conversation's first."""

from collections.abc import Callable

from assistant.llm import LanguageModel, LlmSettings
from assistant.prompt import messages

Wording = Callable[[str], float | None]
"""Probability (0 to 1) that a sentence ends with these words."""


def wording(model: LanguageModel, settings: LlmSettings) -> Wording:
    """Asks this model."""
    budget = settings.context_tokens - settings.max_tokens

    def judged(text: str) -> float | None:
        prompt = messages(settings.system, (), text, budget, model.count_tokens)
        return model.ends(prompt, lambda: False)

    return judged
