"""Reading messages and channels."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from backend.accounts.models import Organization
from backend.common.json import JSON
from backend.notices.models import DefaultChannels, Notice


def notice_list(organization: Organization) -> QuerySet[Notice]:
    """The messages of an organisation, the newest first."""
    return Notice.objects.filter(organization=organization).order_by("-created_at", "-id")


def default_channels(organization_id: UUID) -> list[dict[str, JSON]]:
    """By which channels an organisation hears of things; empty: none is named."""
    found = DefaultChannels.objects.filter(organization_id=organization_id).values_list("channels", flat=True).first()
    return list(found or [])


def anything_due() -> bool:
    """Whether a message waits to be sent."""
    return Notice.objects.filter(due_at__lte=timezone.now()).exists()


def due_ids(*, limit: int) -> list[UUID]:
    """The messages that wait longest."""
    rows = Notice.objects.filter(due_at__lte=timezone.now()).order_by("due_at")
    return list(rows.values_list("id", flat=True)[:limit])
