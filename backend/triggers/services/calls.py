"""What the calls of webhooks change: their count, and the job that each starts."""

from __future__ import annotations

import hashlib
import math
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from backend.common.json import JSON
from backend.jobs.models import Job, TriggeredBy
from backend.jobs.services import job_create
from backend.triggers.errors import NothingPublished, TooManyCalls
from backend.triggers.models import Webhook, WebhookDelivery

REMEMBERED = timedelta(days=7)  # how long a signed call is known again


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


def delivery_accept(
    webhook: Webhook,
    *,
    job_input: dict[str, JSON],
    replay_key: str,
    idempotency: str,
    now: datetime,
) -> Job:
    """The job of a call: a new one, or the one that the same call, or the same idempotency value, started before.

    A signed call that is sent again within the tolerance is so answered with its job and starts no second one: senders
    repeat a call whose answer was lost, and somebody who captured it gains nothing.
    """
    known = _known_job(webhook, replay_key)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _started(webhook, job_input=job_input, replay_key=replay_key, idempotency=idempotency, now=now)
    except IntegrityError:  # the same call arrived twice at the same moment
        known = _known_job(webhook, replay_key)
        if known is None:
            raise
        return known


def _known_job(webhook: Webhook, replay_key: str) -> Job | None:
    if not replay_key:
        return None
    delivery = WebhookDelivery.objects.filter(webhook=webhook, replay_key=replay_key).select_related("job").first()
    return None if delivery is None else delivery.job


def _started(
    webhook: Webhook,
    *,
    job_input: dict[str, JSON],
    replay_key: str,
    idempotency: str,
    now: datetime,
) -> Job:
    version = webhook.workflow.published_version
    if version is None:
        raise NothingPublished
    job = job_create(
        workflow=webhook.workflow,
        version=version,
        input=job_input,
        triggered_by=TriggeredBy.WEBHOOK,
        idempotency_key=_idempotency_key(webhook, idempotency),
        start_at=webhook.start_at,
    )
    if replay_key:
        WebhookDelivery.objects.filter(webhook=webhook, received_at__lt=now - REMEMBERED).delete()
        WebhookDelivery.objects.create(webhook=webhook, replay_key=replay_key, job=job, received_at=now)
    return job


def _idempotency_key(webhook: Webhook, value: str) -> str | None:
    # Hashed: a caller's value may be of any length, and must not meet the keys of other webhooks or of the API.
    return f"webhook:{webhook.pk}:{hashlib.sha256(value.encode()).hexdigest()}" if value else None


def _note_call(webhook: Webhook, *, now: datetime) -> None:
    long_ago = Q(last_called_at=None) | Q(last_called_at__lt=now - timedelta(minutes=1))
    if webhook.last_called_at is None or webhook.last_called_at < now - timedelta(minutes=1):
        Webhook.objects.filter(long_ago, pk=webhook.pk).update(last_called_at=now)
