"""Why a request did not get its answer."""

from __future__ import annotations


class EgressError(Exception):
    """The request did not succeed."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class EgressDenied(EgressError):
    """The guard refuses this address; the message says how an operator can allow it."""


class InvalidRequest(EgressError):
    """The address or a header is malformed: trying again cannot help."""


class EgressTimeout(EgressError):
    """The time for the request ran out."""


class EgressNetworkError(EgressError):
    """The name, the connection or the protocol failed."""


class ResponseTooLarge(EgressError):
    """The answer is larger than allowed."""


class EgressCancelled(EgressError):
    """Nobody wants the answer any more."""
