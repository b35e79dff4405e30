"""What calls cost: the organisation's own prices first, then list prices of well-known models. Pure.

List prices change; those here are of 2025, in US dollars for a million tokens, and anybody can enter their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

_MILLION = Decimal(1_000_000)
_LOCAL = frozenset({"rules", "ollama", "lm_studio"})


@dataclass(frozen=True, slots=True)
class Price:
    """Of the models of a name, or of a beginning with a * behind it."""

    provider: str
    model: str
    prompt: Decimal
    completion: Decimal

    def fits(self, provider: str, model: str) -> bool:
        """Whether it is the price of this model."""
        if self.provider not in {"", provider}:
            return False
        return model.startswith(self.model[:-1]) if self.model.endswith("*") else model == self.model

    def cost(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        """Of one call."""
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / _MILLION


def _list(provider: str, model: str, prompt: str, completion: str) -> Price:
    return Price(provider, model, Decimal(prompt), Decimal(completion))


LIST_PRICES = (
    _list("openai", "gpt-4o-mini*", "0.15", "0.60"),
    _list("openai", "gpt-4o*", "2.50", "10"),
    _list("openai", "gpt-4.1-nano*", "0.10", "0.40"),
    _list("openai", "gpt-4.1-mini*", "0.40", "1.60"),
    _list("openai", "gpt-4.1*", "2", "8"),
    _list("openai", "gpt-5-nano*", "0.05", "0.40"),
    _list("openai", "gpt-5-mini*", "0.25", "2"),
    _list("azure_openai", "gpt-4o-mini*", "0.15", "0.60"),
    _list("azure_openai", "gpt-4o*", "2.50", "10"),
    _list("gemini", "gemini-2.0-flash*", "0.10", "0.40"),
    _list("gemini", "gemini-2.5-flash-lite*", "0.10", "0.40"),
    _list("gemini", "gemini-2.5-flash*", "0.30", "2.50"),
    _list("gemini", "gemini-2.5-pro*", "1.25", "10"),
    _list("anthropic", "claude-3-5-haiku*", "0.80", "4"),
    _list("anthropic", "claude-sonnet-4*", "3", "15"),
    _list("anthropic", "claude-opus-4*", "15", "75"),
)


def cost_of(
    provider: str, model: str, *, prompt_tokens: int, completion_tokens: int, own: Iterable[Price]
) -> Decimal | None:
    """The cost of a call; None when nobody knows the price. Of several own prices the most exact one counts."""
    ranked = sorted(own, key=_exactness, reverse=True)
    for price in (*ranked, *LIST_PRICES):
        if price.fits(provider, model):
            return price.cost(prompt_tokens, completion_tokens)
    return Decimal(0) if provider in _LOCAL else None


def _exactness(price: Price) -> tuple[bool, int, bool]:
    return not price.model.endswith("*"), len(price.model), bool(price.provider)
