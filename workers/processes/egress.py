"""What scripts may reach of the network: the same as HTTP steps."""

from __future__ import annotations

from collections.abc import Sequence

from backend.common.egress import EgressError, EgressPolicy, Guard
from sandboxes.egress.proxy import Judge
from sandboxes.errors import EgressRefused

_LOOK_UP_SECONDS = 10.0


def egress_judge(allow: Sequence[str]) -> Judge:
    """The egress guard under the operator's policy, as the sandbox service asks it."""
    guard = Guard(EgressPolicy.from_words(allow))

    def judge(host: str, port: int) -> Sequence[str]:
        try:
            return guard.addresses(host, port, timeout=_LOOK_UP_SECONDS)
        except EgressError as error:
            raise EgressRefused(error.message) from error

    return judge
