"""The one egress guard: every request that a user's address decides leaves the system through here.

The name is resolved once, every answer must be public (or allowed by the operator), and the connection goes to the very
address that was judged. Light to import: the HTTP library is loaded with the first request.
"""

from __future__ import annotations

from backend.common.egress.addresses import is_public
from backend.common.egress.client import EgressClient
from backend.common.egress.errors import (
    EgressCancelled,
    EgressDenied,
    EgressError,
    EgressNetworkError,
    EgressTimeout,
    InvalidRequest,
    ResponseTooLarge,
)
from backend.common.egress.guard import Guard, Target
from backend.common.egress.names import guarded_names
from backend.common.egress.policy import EgressPolicy
from backend.common.egress.response import Response
from backend.common.egress.tls import Tls

__all__ = [
    "EgressCancelled",
    "EgressClient",
    "EgressDenied",
    "EgressError",
    "EgressNetworkError",
    "EgressPolicy",
    "EgressTimeout",
    "Guard",
    "InvalidRequest",
    "Response",
    "ResponseTooLarge",
    "Target",
    "Tls",
    "guarded_names",
    "is_public",
]
