"""Reading endpoints and their deliveries, always within one organisation."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from backend.accounts.models import Organization
from backend.common.errors import NotFound
from backend.outgoing.models import EventDelivery, EventEndpoint


def endpoint_list(organization: Organization) -> QuerySet[EventEndpoint]:
    """The newest first."""
    return EventEndpoint.objects.filter(organization=organization).select_related("workflow").order_by("-id")


def endpoint_get(organization: Organization, endpoint_id: UUID) -> EventEndpoint:
    """One; raises NotFound."""
    endpoint = endpoint_list(organization).filter(id=endpoint_id).first()
    if endpoint is None:
        raise NotFound
    return endpoint


def delivery_list(endpoint: EventEndpoint) -> QuerySet[EventDelivery]:
    """What was sent or is to be, the newest first."""
    return EventDelivery.objects.filter(endpoint=endpoint).order_by("-id")


def delivery_get(endpoint: EventEndpoint, delivery_id: UUID) -> EventDelivery:
    """One; raises NotFound."""
    delivery = delivery_list(endpoint).filter(id=delivery_id).first()
    if delivery is None:
        raise NotFound
    return delivery
