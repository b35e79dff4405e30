"""Failures of requests as failures of a step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from backend.catalog.steps import StepFailed
from backend.common.egress import (
    EgressCancelled,
    EgressDenied,
    EgressError,
    EgressNetworkError,
    EgressTimeout,
    Response,
    ResponseTooLarge,
)
from workers.http.request import Request

_RETRYABLE = frozenset({408, 425, 429})
_EXCERPT = 500
_SECRET_HEADER = re.compile(r"auth|cookie|key|token|secret|password|signature", re.IGNORECASE)


def of_egress(error: EgressError, *, label: str) -> StepFailed:
    """A request that got no answer."""
    error_type, retryable = _kind(error)
    return StepFailed(f"{label}: {error.message}", error_type=error_type, retryable=retryable)


def of_status(request: Request, response: Response, *, secrets: Iterable[str] = (), hint: str = "") -> StepFailed:
    """An answer that is not the expected one."""
    retryable = response.status in _RETRYABLE or response.status >= 500
    excerpt = redacted(response.text(errors="replace"), request, secrets)[:_EXCERPT].strip()
    return StepFailed(
        f"{request.label} answered {response.status}" + (f": {excerpt}" if excerpt else "."),
        error_type=f"http_{response.status}",
        retryable=retryable,
        retry_after=response.retry_after() if retryable else None,
        hint="" if retryable else hint,
    )


def redacted(text: str, request: Request, secrets: Iterable[str] = ()) -> str:
    """Services may echo what they were sent, credentials included."""
    for secret in sorted({*secrets, *_secrets(request)}, key=len, reverse=True):
        if secret:
            text = text.replace(secret, "***")
    return text


def _secrets(request: Request) -> Iterator[str]:
    for name, value in request.headers.items():
        if value and _SECRET_HEADER.search(name) and name.lower() != "idempotency-key":
            yield value
            scheme, _, rest = value.partition(" ")
            if scheme.lower() in {"bearer", "basic"} and rest:
                yield rest


def _kind(error: EgressError) -> tuple[str, bool]:
    """The error's type, and whether trying again may help."""
    match error:
        case EgressTimeout():
            return "timeout", True
        case EgressNetworkError():
            return "network", True
        case EgressDenied():
            return "egress_denied", False
        case ResponseTooLarge():
            return "too_large", False
        case EgressCancelled():
            return "cancelled", False
    return "validation", False
