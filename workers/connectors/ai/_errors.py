"""Failures of providers in the words of the one contract."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backend.catalog.ai import AiError
from backend.common.egress import (
    EgressCancelled,
    EgressDenied,
    EgressError,
    EgressTimeout,
    ResponseTooLarge,
)

_CONTEXT = re.compile(
    r"context.?length|context window|maximum context|too many (input )?tokens|prompt is too long"
    r"|exceeds? the .*(token|context)",
    re.IGNORECASE,
)
_FILTER = re.compile(r"content.?filter|content management policy|safety|blocked by", re.IGNORECASE)


def of_status(
    status: int, message: str, *, provider: str, code: str = "", headers: Mapping[str, str] | None = None
) -> AiError:
    """An answer that is an error, by its status and what it says."""
    text = f"{provider} answered {status}: {_short(message)}" if message else f"{provider} answered {status}."
    if status in {401, 403}:
        return AiError(text, error_type="auth", hint="Check the key in the connector, and what it may do.")
    if status == 429:
        return _rate_limit(text, code, message, headers or {})
    if code == "context_length_exceeded" or (status in {400, 413} and _CONTEXT.search(message)):
        return AiError(text, error_type="context_length", hint="Send less text, or choose a model with more room.")
    if code == "content_filter" or (status == 400 and _FILTER.search(message)):
        return AiError(text, error_type="content_filter", hint="The provider refuses this content.")
    if status == 404:
        return AiError(text, error_type="not_found", hint="Check the model's name and the address in the connector.")
    retryable = status in {408, 409, 425} or status >= 500
    after = seconds_of(headers or {}) if retryable else None
    return AiError(text, error_type=f"http_{status}", retryable=retryable, retry_after=after)


def _rate_limit(text: str, code: str, message: str, headers: Mapping[str, str]) -> AiError:
    if code == "insufficient_quota" or "exceeded your current quota" in message:
        hint = "The account has no credit left: waiting does not help."
        return AiError(text, error_type="quota", hint=hint)
    return AiError(text, error_type="rate_limit", retryable=True, retry_after=seconds_of(headers))


def seconds_of(headers: Mapping[str, str]) -> float | None:
    """How long the provider asks to wait."""
    for name, factor in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return float(headers[name]) * factor
        except (KeyError, ValueError):
            continue
    return None


def of_egress(error: EgressError, *, provider: str, address: str) -> AiError:
    """A request that got no answer; the message names the address."""
    text = f"{provider} at {address}: {error.message}"
    match error:
        case EgressTimeout():
            return AiError(text, error_type="timeout", retryable=True)
        case EgressDenied():
            return AiError(text, error_type="egress_denied")
        case EgressCancelled():
            return AiError(text, error_type="cancelled")
        case ResponseTooLarge():
            return AiError(text, error_type="too_large")
    return AiError(text, error_type="network", retryable=True)


def check_address(address: str, *, provider: str) -> None:
    """Raises AiError for an address that is none, which the libraries would not say in words."""
    import httpx2  # with the first request, not with the catalogue

    try:
        httpx2.URL(address)
    except (httpx2.InvalidURL, ValueError) as error:
        text = f"{provider}: the address {address[:200]} is not valid: {error}"
        raise AiError(text, error_type="validation", hint="Correct it in the connector.") from error


def cause_of(error: BaseException) -> EgressError | None:
    """The guard's error that a library's error was raised from."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, EgressError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def not_taken(name: str, *, provider: str, takes: str) -> AiError:
    """A file of a kind that the provider's models cannot be shown."""
    hint = "Read it with a document step first, and put its text into the prompt."
    return AiError(f"{provider} takes {takes} only, not {name}.", error_type="validation", hint=hint)


def refused(provider: str) -> AiError:
    """The provider stopped an answer for its content."""
    return AiError(f"{provider} withheld the answer for its content.", error_type="content_filter")


def _short(message: str) -> str:
    text = " ".join(message.split())
    return text if len(text) <= 500 else text[:500] + "…"
