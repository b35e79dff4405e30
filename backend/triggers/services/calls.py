"""What the calls of webhooks change: their count, the job that each starts, and what is remembered of them."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from backend.common.json import JSON
from backend.files.services import uses_add
from backend.jobs import sql, state
from backend.jobs.models import Job, TriggeredBy
from backend.jobs.services import Beside, job_create
from backend.triggers.errors import TooManyCalls, TooManyJobs
from backend.triggers.hot import Facts, delivery_note
from backend.triggers.models import Webhook, WebhookDelivery
from backend.workflows.models import WorkflowVersion


@dataclass(frozen=True, slots=True)
class Delivery:
    """A call that may start a job."""

    version: WorkflowVersion
    job_input: dict[str, JSON]
    facts: Facts
    replay_key: str = ""
    idempotency: str = ""
    files: tuple[UUID, ...] = ()
    provided: sql.Statement | None = None  # the job is started only if this gives a row


def call_admit(webhook: Webhook, *, now: datetime) -> None:
    """Counts a call; raises TooManyCalls when the limit is reached.

    One conditional update, so that any number of processes count exactly: the clock of the row runs ahead by one
    interval with every call, and a call is let in while it is less than a minute ahead.
    """
    if webhook.rate_limit is None:
        _note_call(webhook, now=now)
        return
    seconds, interval = now.timestamp(), 60 / webhook.rate_limit
    latest = seconds + 60 - interval
    free = Webhook.objects.filter(pk=webhook.pk, rate_clock__lte=latest + 0.001)
    ahead = Greatest(F("rate_clock"), Value(seconds)) + interval
    if not free.update(rate_clock=ahead, last_called_at=now):
        clock = Webhook.objects.values_list("rate_clock", flat=True).get(pk=webhook.pk)
        raise TooManyCalls(limit=webhook.rate_limit, seconds=max(1, math.ceil(clock - latest)))


def delivery_accept(webhook: Webhook, delivery: Delivery) -> Job:
    """The job of a call: a new one, or the one that the same call, or the same idempotency value, started before.

    A signed call that is sent again within the tolerance is so answered with its job and starts no second one: senders
    repeat a call whose answer was lost, and somebody who captured it gains nothing. Raises NoLonger where the delivery
    depends on something.
    """
    known = _known_job(webhook, delivery)
    if known is not None:
        return known
    try:
        if webhook.concurrency is None and not delivery.files:
            return _started(webhook, delivery)
        with transaction.atomic():
            if webhook.concurrency is not None:
                _require_room(webhook, limit=webhook.concurrency)
            job = _started(webhook, delivery)
            uses_add(webhook.organization_id, job=job.pk, files=delivery.files)
            return job
    except IntegrityError:  # the same call arrived twice at the same moment
        known = _known_job(webhook, delivery)
        if known is None:
            raise
        return known


def _known_job(webhook: Webhook, delivery: Delivery) -> Job | None:
    job = _job_of_replay(webhook, delivery.replay_key) or _job_of_key(webhook, delivery.idempotency)
    if job is not None:
        note = delivery_note(webhook.pk, delivery.facts, job=job.pk, verdict=WebhookDelivery.Verdict.REPEATED)
        sql.run(note.sql, note.values)
    return job


def _job_of_replay(webhook: Webhook, replay_key: str) -> Job | None:
    if not replay_key:
        return None
    found = WebhookDelivery.objects.filter(webhook=webhook, replay_key=replay_key).select_related("job").first()
    return None if found is None else found.job


def _job_of_key(webhook: Webhook, idempotency: str) -> Job | None:
    key = _idempotency_key(webhook, idempotency)
    return Job.objects.filter(workflow_id=webhook.workflow_id, idempotency_key=key).first() if key else None


def _started(webhook: Webhook, delivery: Delivery) -> Job:
    def accepted(job: UUID) -> Beside:
        verdict = WebhookDelivery.Verdict.ACCEPTED
        note = delivery_note(webhook.id, delivery.facts, job=job, verdict=verdict, replay_key=delivery.replay_key)
        return Beside(note, delivery.provided)

    return job_create(
        workflow=webhook.workflow,
        version=delivery.version,
        input=delivery.job_input,
        triggered_by=TriggeredBy.WEBHOOK,
        idempotency_key=_idempotency_key(webhook, delivery.idempotency),
        start_at=webhook.start_at,
        beside=accepted,
    )


def _require_room(webhook: Webhook, *, limit: int) -> None:
    """Counts exactly: whoever starts a job of this webhook holds its row meanwhile."""
    Webhook.objects.select_for_update(of=("self",)).get(pk=webhook.pk)
    own = WebhookDelivery.objects.filter(webhook=webhook, verdict=WebhookDelivery.Verdict.ACCEPTED)
    living = own.filter(job__status__in=state.LIVE).values("pk")[:limit]
    if len(living) >= limit:
        raise TooManyJobs(limit=limit)


def _idempotency_key(webhook: Webhook, value: str) -> str | None:
    # Hashed: a caller's value may be of any length, and must not meet the keys of other webhooks or of the API.
    return f"webhook:{webhook.pk}:{hashlib.sha256(value.encode()).hexdigest()}" if value else None


def is_noted(webhook: Webhook, *, now: datetime) -> bool:
    """Whether its last call is noted to the minute, so that another one changes nothing."""
    return webhook.last_called_at is not None and webhook.last_called_at >= now - timedelta(minutes=1)


def _note_call(webhook: Webhook, *, now: datetime) -> None:
    if not is_noted(webhook, now=now):
        long_ago = Q(last_called_at=None) | Q(last_called_at__lt=now - timedelta(minutes=1))
        Webhook.objects.filter(long_ago, pk=webhook.pk).update(last_called_at=now)
