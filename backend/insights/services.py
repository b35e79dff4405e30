"""Setting thresholds."""

from __future__ import annotations

from uuid import UUID

from backend.accounts.models import Organization
from backend.common.errors import Invalid, NotFound
from backend.common.json import JSON
from backend.insights.models import Measure, Threshold
from backend.workflows.models import Workflow


def threshold_create(organization: Organization, *, workflow: Workflow | None, **values: JSON) -> Threshold:
    """A new threshold."""
    limits = [limit for name in ("warning", "critical") if (limit := values.get(name)) is not None]
    if not limits:
        raise Invalid("A threshold needs a warning or a critical limit.")
    if values.get("measure") == Measure.SUCCESS_RATE and max(limits) > 1:
        raise Invalid("A success rate lies between 0 and 1: write 0.95 for 95%.")
    return Threshold.objects.create(organization=organization, workflow=workflow, **values)


def threshold_delete(organization: Organization, threshold_id: UUID) -> None:
    """Removes one with its alerts; raises NotFound."""
    if not Threshold.objects.filter(organization=organization, id=threshold_id).delete()[0]:
        raise NotFound
