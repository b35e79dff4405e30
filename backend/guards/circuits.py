"""Circuit breakers: after some failures in a row nobody calls for a while, then a few try, and their answers decide."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from backend.common.json import JSON
from backend.guards.holders import Holder
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
    holder: Holder
    failures: int = 0  # in a row, before this call
    round: int | None = None


class CircuitOpen(Exception):
    """The target failed too often a moment ago."""

    def __init__(self, target: Target, *, rest: str, state: str = "open") -> None:
        super().__init__(
            f"The circuit of {target.label} is {state} after {target.threshold} failures in a row: {rest}."
        )


def admit(target: Target, *, holder: Holder) -> Permit:
    """Lets a call through, or raises CircuitOpen. A closed circuit costs one read."""
    seconds = 0.0
    for _ in range(3):  # somebody may change the state between the look and the step
        circuit = _rows(target).first()
        if circuit is None or circuit.state == CircuitState.CLOSED:
            return Permit(target, holder, failures=circuit.failures if circuit else 0)
        permit = _trial(target, circuit, holder)
        if permit is not None:
            return permit
        if circuit.state == CircuitState.HALF_OPEN:
            rest = "calls that try it are on their way, and nothing else is sent until they are answered"
            raise CircuitOpen(target, rest=rest, state="half open")
        seconds = _seconds_left(target, circuit)
        if seconds > 0:
            break
    raise CircuitOpen(target, rest=f"nothing is sent for the next {math.ceil(max(1.0, seconds))} seconds")


def _trial(target: Target, circuit: Circuit, holder: Holder) -> Permit | None:
    """One of the calls that show whether the target is well again."""
    if circuit.state == CircuitState.OPEN:
        return _first_trial(target, circuit, holder, after=target.timeout)
    # Whoever tried may not be heard of again.
    return _next_trial(target, holder) or _first_trial(target, circuit, holder, after=max(target.timeout, _PATIENCE))


def _first_trial(target: Target, circuit: Circuit, holder: Holder, *, after: float) -> Permit | None:
    """Begins a round of trials when the circuit has been as it is for some seconds."""
    same = _rows(target).filter(state=circuit.state, round=circuit.round)
    begun = same.filter(changed_at__lte=Now() - timedelta(seconds=after)).update(
        state=CircuitState.HALF_OPEN,
        round=F("round") + 1,
        probes=1,
        successes=0,
        trials=[holder.as_json],
        changed_at=Now(),
    )
    return Permit(target, holder, round=circuit.round + 1) if begun else None


def _next_trial(target: Target, holder: Holder) -> Permit | None:
    """One more of the round, or in the place of one that this very step began before its worker was lost."""
    with transaction.atomic():
        circuit = _rows(target).filter(state=CircuitState.HALF_OPEN).select_for_update().first()
        if circuit is None:
            return None
        trials = circuit.trials or []
        rest = [trial for trial in trials if not holder.follows(Holder.of_json(trial))]
        lost = len(trials) - len(rest)
        if not lost and circuit.probes >= target.half_open:
            return None
        _rows(target).update(probes=circuit.probes + 1 - lost, trials=[*rest, holder.as_json])
        return Permit(target, holder, round=circuit.round)


def _seconds_left(target: Target, circuit: Circuit) -> float:
    return max(0.0, target.timeout - (timezone.now() - circuit.changed_at).total_seconds())


def succeeded(permit: Permit) -> None:
    """The target has answered."""
    target = permit.target
    if permit.round is None:
        if permit.failures:
            _rows(target).filter(state=CircuitState.CLOSED, failures__gt=0).update(failures=0)
        return
    with _tried(permit) as circuit:
        if circuit is not None:
            _rows(target).update(successes=F("successes") + 1, trials=_others(circuit, permit))
            _rows(target).filter(successes__gte=target.half_open).update(
                state=CircuitState.CLOSED, failures=0, changed_at=Now(), last_error=""
            )


@contextmanager
def _tried(permit: Permit) -> Iterator[Circuit | None]:
    """The circuit that waits for this trial, which nobody else changes meanwhile; None if it does not wait any more."""
    with transaction.atomic():
        circuit = _rows(permit.target).filter(state=CircuitState.HALF_OPEN).select_for_update().first()
        yield circuit if circuit is not None and _is_on(circuit, permit) else None


def _is_on(circuit: Circuit, permit: Permit) -> bool:
    return circuit.round == permit.round and permit.holder.as_json in (circuit.trials or [])


def _others(circuit: Circuit, permit: Permit) -> list[JSON]:
    """The trials without an answer that are left."""
    trials = list(circuit.trials)
    trials.remove(permit.holder.as_json)  # one of them: a step may call several times at once
    return trials


def failed(permit: Permit, *, error: str) -> None:
    """The target has not answered, or not as one that is well."""
    target = permit.target
    if permit.round is not None:
        with _tried(permit) as circuit:
            if circuit is not None:
                _rows(target).update(
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
        with _tried(permit) as circuit:
            if circuit is not None:
                _rows(permit.target).update(probes=F("probes") - 1, trials=_others(circuit, permit))


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
