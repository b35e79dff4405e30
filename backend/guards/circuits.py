"""Circuit breakers: after some failures in a row nobody calls for a while, then a few try, and their answers decide."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from backend.guards.models import Circuit, CircuitState

_PATIENCE = 60.0  # seconds after which a trial counts as lost with its worker, if the circuit's own time is shorter


@dataclass(frozen=True, slots=True)
class Target:
    """What a circuit guards, and how."""

    organization: UUID
    key: str
    label: str
    threshold: int
    timeout: float
    half_open: int


@dataclass(frozen=True, slots=True)
class Permit:
    """The right to call a target once; `round` is set for one of the trials while the circuit is half open."""

    target: Target
    failures: int = 0  # in a row, before this call
    round: int | None = None


class CircuitOpen(Exception):
    """The target failed too often a moment ago."""

    def __init__(self, target: Target, *, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(
            f"The circuit of {target.label} is open after {target.threshold} failures in a row: "
            f"nothing is sent for the next {math.ceil(seconds)} seconds."
        )


def admit(target: Target) -> Permit:
    """Lets a call through, or raises CircuitOpen. A closed circuit costs one read."""
    seconds = 0.0
    for _ in range(3):  # somebody may change the state between the look and the step
        circuit = _rows(target).first()
        if circuit is None or circuit.state == CircuitState.CLOSED:
            return Permit(target, failures=circuit.failures if circuit else 0)
        permit = _trial(target, circuit)
        if permit is not None:
            return permit
        seconds = _seconds_left(target, circuit)
        if seconds > 0:
            break
    raise CircuitOpen(target, seconds=max(1.0, seconds))


def _trial(target: Target, circuit: Circuit) -> Permit | None:
    """One of the calls that show whether the target is well again."""
    same = _rows(target).filter(state=circuit.state, round=circuit.round)
    begin = {"state": CircuitState.HALF_OPEN, "round": F("round") + 1, "probes": 1, "successes": 0, "changed_at": Now()}
    if circuit.state == CircuitState.OPEN:
        if same.filter(changed_at__lte=Now() - timedelta(seconds=target.timeout)).update(**begin):
            return Permit(target, round=circuit.round + 1)
        return None
    if same.filter(probes__lt=target.half_open).update(probes=F("probes") + 1):
        return Permit(target, round=circuit.round)
    lost = timedelta(seconds=max(target.timeout, _PATIENCE))
    if same.filter(changed_at__lte=Now() - lost).update(**begin):  # whoever tried has not been heard of again
        return Permit(target, round=circuit.round + 1)
    return None


def _seconds_left(target: Target, circuit: Circuit) -> float:
    if circuit.state == CircuitState.HALF_OPEN:
        return 1.0  # the trials are on their way
    return max(0.0, target.timeout - (timezone.now() - circuit.changed_at).total_seconds())


def succeeded(permit: Permit) -> None:
    """The target has answered."""
    target = permit.target
    if permit.round is None:
        if permit.failures:
            _rows(target).filter(state=CircuitState.CLOSED, failures__gt=0).update(failures=0)
        return
    trial = _rows(target).filter(state=CircuitState.HALF_OPEN, round=permit.round)
    trial.update(successes=F("successes") + 1)
    trial.filter(successes__gte=target.half_open).update(
        state=CircuitState.CLOSED, failures=0, changed_at=Now(), last_error=""
    )


def failed(permit: Permit, *, error: str) -> None:
    """The target has not answered, or not as one that is well."""
    target = permit.target
    if permit.round is not None:
        _rows(target).filter(state=CircuitState.HALF_OPEN, round=permit.round).update(
            state=CircuitState.OPEN, round=F("round") + 1, changed_at=Now(), last_error=error[:300]
        )
        return
    closed = _row_ensured(target).filter(state=CircuitState.CLOSED)
    closed.update(
        failures=F("failures") + 1,
        last_error=error[:300],
        label=target.label[:300],
        threshold=target.threshold,
        timeout=target.timeout,
        half_open=target.half_open,
    )
    closed.filter(failures__gte=target.threshold).update(
        state=CircuitState.OPEN, round=F("round") + 1, changed_at=Now()
    )


def returned(permit: Permit) -> None:
    """The call was not made after all: another may be."""
    if permit.round is not None:
        _rows(permit.target).filter(state=CircuitState.HALF_OPEN, round=permit.round, probes__gt=0).update(
            probes=F("probes") - 1
        )


def reset(circuit: Circuit) -> None:
    """Closes a circuit by hand."""
    Circuit.objects.filter(pk=circuit.pk).update(
        state=CircuitState.CLOSED, failures=0, round=F("round") + 1, changed_at=Now(), last_error=""
    )


def _rows(target: Target) -> QuerySet[Circuit]:
    return Circuit.objects.filter(organization_id=target.organization, key=target.key)


def _row_ensured(target: Target) -> QuerySet[Circuit]:
    rows = _rows(target)
    if not rows.exists():
        try:
            with transaction.atomic():
                Circuit.objects.create(
                    organization_id=target.organization, key=target.key, label=target.label[:300], changed_at=Now()
                )
        except IntegrityError:
            return rows  # another worker was quicker
    return rows
