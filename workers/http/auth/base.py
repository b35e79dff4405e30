"""What an authentication scheme does with a request."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from backend.common.egress import Response
from workers.http.request import Request

Send: TypeAlias = Callable[[Request], Response]
"""Sends a request of the scheme's own, such as the one for a token. Raises StepFailed."""


class Authenticator(ABC):
    """One scheme with its credentials."""

    @abstractmethod
    def sign(self, request: Request, send: Send) -> Request:
        """The request with its credentials."""

    def answer(self, request: Request, response: Response, send: Send) -> Request | None:
        """What to send instead when the answer asks for more; None: the answer stands."""
        return None

    def secrets(self) -> Sequence[str]:
        """What must not be shown."""
        return ()


@dataclass(frozen=True, slots=True)
class NoAuthentication(Authenticator):
    """Requests that anybody may make."""

    def sign(self, request: Request, send: Send) -> Request:
        """The request as it is."""
        return request
