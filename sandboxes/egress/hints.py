"""Recognises a script that failed for want of the network, and says which setting that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sandboxes.model import Execution, Outcome, Status

# How interpreters and libraries put it: no name is resolved, no socket may be opened, no route is there.
_NO_NETWORK: Final = re.compile(
    r"name resolution|Name or service not known|Could not resolve host|getaddrinfo|EAI_AGAIN|ENOTFOUND|ENETUNREACH"
    r"|Network is unreachable|NewConnectionError|NameResolutionError|Failed to establish a new connection"
    r"|nodename nor servname|Temporary failure|fetch failed|No such host is known"
    r"|socket\.socket|connect EPERM|/dev/tcp/|Couldn't connect to server|Failed to connect to",
    re.IGNORECASE,
)
ADVICE: Final = (
    "The script has no network access. If it should have, switch on “Network access” (`network: true`) in the settings "
    "of the step."
)


def with_hint(execution: Execution, outcome: Outcome, *, refusals: Sequence[str] = ()) -> Outcome:
    """The outcome, with a word on the network where that is why it failed."""
    if outcome.status is not Status.FAILED:
        return outcome
    if not execution.network and _NO_NETWORK.search(outcome.message):
        return replace(outcome, message=f"{outcome.message}\n{ADVICE}")
    if refusals:
        return replace(outcome, message="\n".join([outcome.message, *refusals[:3]]))
    return outcome
