"""Shapes of circuits and of clearing the cache."""

from __future__ import annotations

from datetime import timedelta

from rest_framework import serializers

from backend.common.json import JSON
from backend.common.serializers import StrictSerializer
from backend.guards.models import Circuit, CircuitState


class CircuitShape(serializers.Serializer[JSON]):
    """A circuit."""

    id = serializers.UUIDField()
    key = serializers.CharField(help_text="connector:<slug>, or step:<workflow id>:<step id>.")
    label = serializers.CharField()  # type: ignore[assignment] # a word of DRF too
    state = serializers.ChoiceField(CircuitState.choices)
    failures = serializers.IntegerField(help_text="In a row, while closed.")
    threshold = serializers.IntegerField()
    timeout = serializers.FloatField(help_text="Seconds.")
    half_open = serializers.IntegerField(help_text="Trials that must succeed.")
    changed_at = serializers.DateTimeField()
    next_trial_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField()


class ClearInput(StrictSerializer):
    """What to forget; nothing named means everything of the organisation."""

    workflow = serializers.UUIDField(required=False, allow_null=True, default=None)
    step = serializers.CharField(required=False, allow_blank=True, default="", max_length=100)


class ClearShape(serializers.Serializer[JSON]):
    """How many results were forgotten."""

    cleared = serializers.IntegerField()


def circuit_shown(circuit: Circuit) -> dict[str, JSON]:
    """A circuit in an answer."""
    is_open = circuit.state == CircuitState.OPEN
    trial = circuit.changed_at + timedelta(seconds=circuit.timeout) if is_open else None
    return {
        "id": str(circuit.id),
        "key": circuit.key,
        "label": circuit.label,
        "state": circuit.state,
        "failures": circuit.failures,
        "threshold": circuit.threshold,
        "timeout": circuit.timeout,
        "half_open": circuit.half_open,
        "changed_at": circuit.changed_at.isoformat().replace("+00:00", "Z"),
        "next_trial_at": trial.isoformat().replace("+00:00", "Z") if trial else None,
        "last_error": circuit.last_error,
    }
