"""Reading hooks, always within one organisation."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from backend.accounts.models import Organization
from backend.common.errors import NotFound
from backend.hooks.models import Hook


def hook_list(organization: Organization) -> QuerySet[Hook]:
    """In the order in which they run."""
    return Hook.objects.filter(organization=organization).select_related("workflow").order_by("position", "id")


def hook_get(organization: Organization, hook_id: UUID) -> Hook:
    """One; raises NotFound."""
    hook = hook_list(organization).filter(id=hook_id).first()
    if hook is None:
        raise NotFound
    return hook
