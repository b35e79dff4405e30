"""Sends a request with its authentication, within the time that is left."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from backend.catalog.steps import HttpClient, StepFailed
from backend.common.egress import EgressError, Response
from workers.http import errors
from workers.http.auth.base import Authenticator, NoAuthentication
from workers.http.request import Request

MAX_BYTES = 10_000_000  # of an answer that becomes a result; files may be larger


@dataclass(frozen=True, slots=True)
class Sender:
    """The way out for all requests of one step; `deadline` is on the monotonic clock."""

    http: HttpClient
    deadline: float
    cancelled: Callable[[], bool]
    authentication: Authenticator = field(default_factory=NoAuthentication)
    max_bytes: int = MAX_BYTES

    def send(self, request: Request) -> tuple[Request, Response]:
        """The request as it was sent last, and its answer whatever its status. Raises StepFailed."""
        sent = self.authentication.sign(request, self.plain)
        response = self.plain(sent)
        again = self.authentication.answer(sent, response, self.plain)
        return (sent, response) if again is None else (again, self.plain(again))

    def plain(self, request: Request) -> Response:
        """Sends a request as it is."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise StepFailed(f"{request.label}: the time for the step is over.", error_type="timeout", retryable=True)
        try:
            return self.http.request(
                request.method,
                request.url,
                headers=request.headers,
                content=request.content,
                timeout=left,
                max_bytes=self.max_bytes,
                cancelled=self.cancelled,
            )
        except EgressError as exc:
            raise errors.of_egress(exc, label=request.label) from exc
