"""Reading circuits and the cache, always within one organisation."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from backend.accounts.models import Organization
from backend.common.errors import NotFound
from backend.guards.models import Circuit, CircuitState


def circuit_list(organization: Organization, *, state: str = "") -> QuerySet[Circuit]:
    """Those that have ever failed, the open ones first."""
    circuits = Circuit.objects.filter(organization=organization).order_by("-state", "-changed_at", "-id")
    return circuits.filter(state=state) if state in CircuitState.values else circuits


def circuit_get(organization: Organization, circuit_id: UUID) -> Circuit:
    """One circuit; raises NotFound."""
    circuit = Circuit.objects.filter(organization=organization, id=circuit_id).first()
    if circuit is None:
        raise NotFound
    return circuit
