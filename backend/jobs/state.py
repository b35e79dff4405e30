"""The state machine of a job: which command is allowed when. Plain data, tested as a table."""

from __future__ import annotations

LIVE = frozenset({"PENDING", "QUEUED", "RUNNING", "WAITING", "PAUSED"})
ENDED = frozenset({"SUCCESS", "FAILED", "CANCELLED", "TIMED_OUT"})

ALLOWED: dict[str, frozenset[str]] = {
    "cancel": LIVE,
    "pause": LIVE - {"PAUSED"},
    "resume": frozenset({"PAUSED"}),
    "retry": ENDED,
}


def allowed(command: str, status: str) -> bool:
    """Whether a job in that status takes the command."""
    return status in ALLOWED[command]
