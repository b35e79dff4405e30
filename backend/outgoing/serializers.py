"""Shapes of endpoints and deliveries."""

from __future__ import annotations

from rest_framework import serializers

from backend.common.json import JSON
from backend.common.serializers import StrictSerializer
from backend.outgoing.models import EventDelivery, EventEndpoint


class EndpointFields(StrictSerializer):
    """What can be changed of an endpoint."""

    url = serializers.CharField(max_length=2000)
    events = serializers.ListField(
        child=serializers.RegexField(r"^[a-z_.*]+$", max_length=60), min_length=1, max_length=50, default=["job.*"]
    )
    is_active = serializers.BooleanField(default=True)


class EndpointInput(EndpointFields):
    """A new endpoint; without a workflow it hears of all."""

    workflow = serializers.CharField(required=False, allow_null=True, default=None, help_text="Id or slug.")


def endpoint_shown(endpoint: EventEndpoint) -> dict[str, JSON]:
    """An endpoint, without its secret."""
    return {
        "id": str(endpoint.id),
        "url": endpoint.url,
        "events": endpoint.events,
        "workflow": endpoint.workflow.slug if endpoint.workflow else None,
        "is_active": endpoint.is_active,
        "created_at": endpoint.created_at.isoformat().replace("+00:00", "Z"),
    }


def delivery_shown(delivery: EventDelivery) -> dict[str, JSON]:
    """An event on its way, or what became of it."""
    return {
        "id": str(delivery.id),
        "type": delivery.type,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "response_status": delivery.response_status,
        "error": delivery.error,
        "payload": delivery.payload,
        "created_at": delivery.created_at.isoformat().replace("+00:00", "Z"),
    }
