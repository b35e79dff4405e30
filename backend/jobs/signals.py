"""What arrives for waiting steps from outside: decisions, events."""

from __future__ import annotations

from uuid import UUID

from backend.accounts.models import Organization
from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.jobs import waits

LONGEST_NAME = 200


def signal_deliver(*, job_id: UUID, path: str, delivery: JSON, actor: str = "") -> bool:
    """Gives a waiting step its answer; True once, for the first who delivers, while the step waits."""
    return waits.deliver(job_id, path, delivery, by=actor)


def event_send(organization: Organization, name: str, payload: JSON = None) -> int:
    """Gives an event to all steps that wait for it; without any it is kept for the first one that will.

    Answers how many steps it reached.
    """
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"An event has a name of 1 to {LONGEST_NAME} characters.")
    return waits.send_event(organization.id, name, payload)
