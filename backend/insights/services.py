"""Setting thresholds."""

from __future__ import annotations

from uuid import UUID

from backend.accounts.models import Organization
from backend.common.errors import Invalid, NotFound
from backend.common.json import JSON
from backend.insights.models import Threshold
from backend.workflows.models import Workflow


def threshold_create(organization: Organization, *, workflow: Workflow | None, **values: JSON) -> Threshold:
    """A new threshold."""
    if values.get("warning") is None and values.get("critical") is None:
        raise Invalid("A threshold needs a warning or a critical limit.")
    return Threshold.objects.create(organization=organization, workflow=workflow, **values)


def threshold_delete(organization: Organization, threshold_id: UUID) -> None:
    """Removes one with its alerts; raises NotFound."""
    if not Threshold.objects.filter(organization=organization, id=threshold_id).delete()[0]:
        raise NotFound
