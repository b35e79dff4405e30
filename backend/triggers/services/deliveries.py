"""The log of calls: what was refused, starting a call's job again, forgetting."""

from __future__ import annotations

import base64
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.utils import timezone

from backend.common.errors import Conflict
from backend.common.json import JSON
from backend.jobs.models import Job, TriggeredBy
from backend.jobs.services import job_create
from backend.triggers.hot import Facts
from backend.triggers.models import Webhook, WebhookDelivery
from backend.triggers.selectors.webhooks import version_called

log = structlog.get_logger(__name__)

REMEMBERED = timedelta(days=7)  # how long a signed call is known again
BODY_KEPT = 65_536  # bytes of a refused call
_REFUSALS_A_MINUTE = 60  # of one webhook in one process: strangers must not fill the table
_BATCH = 5000


class Allowance:
    """How many more refusals of each webhook are written down this minute, in this process."""

    def __init__(self) -> None:
        self._minute = 0
        self._used: defaultdict[UUID, int] = defaultdict(int)

    def take(self, webhook: UUID, *, now: float) -> bool:
        """Whether one more may be written."""
        minute = int(now // 60)
        if minute != self._minute:
            self._minute = minute
            self._used.clear()
        self._used[webhook] += 1
        return self._used[webhook] <= _REFUSALS_A_MINUTE


_allowance = Allowance()


def refusal_note(
    webhook: Webhook, facts: Facts, *, status: int, detail: str, request: Mapping[str, JSON], body: bytes
) -> None:
    """Writes down a call that was refused. The caller's answer does not depend on it."""
    if not _allowance.take(webhook.pk, now=time.time()):
        return
    kept = base64.b64encode(body).decode() if len(body) <= BODY_KEPT else None
    try:
        with transaction.atomic():
            WebhookDelivery.objects.create(
                webhook_id=webhook.pk,
                received_at=facts.received_at,
                verdict=WebhookDelivery.Verdict.REFUSED,
                status=status,
                detail=detail[:500],
                method=facts.method,
                path=facts.path,
                address=facts.address,
                content_type=facts.content_type,
                size=facts.size,
                request={**request, "body": kept},
            )
    except DatabaseError:
        log.exception("refusal_not_written", webhook=str(webhook.pk))


@transaction.atomic
def delivery_replay(
    webhook: Webhook, delivery: WebhookDelivery, *, job_input: dict[str, JSON], now: datetime | None = None
) -> Job:
    """Starts the job of a call once more, of the version that is published now."""
    job = job_create(
        workflow=webhook.workflow,
        version=version_called(webhook),
        input=job_input,
        triggered_by=TriggeredBy.WEBHOOK,
        start_at=webhook.start_at,
    )
    WebhookDelivery.objects.create(
        webhook=webhook,
        job=job,
        replay_of=delivery,
        received_at=now or timezone.now(),
        method=delivery.method,
        path=delivery.path,
        content_type=delivery.content_type,
        size=delivery.size,
        detail="Sent again from the log.",
    )
    return job


def input_of(delivery: WebhookDelivery) -> dict[str, JSON]:
    """What the job of an accepted call was given; raises Conflict when the job is gone."""
    if delivery.job is None:
        raise Conflict("The job of this call has been deleted, and what it was given with it.")
    names = ("webhook_payload", "webhook_headers", "webhook_query")
    return {name: delivery.job.input.get(name) for name in names}


def deliveries_forget(*, now: datetime) -> None:
    """Forgets calls of long ago, some at a time."""
    old = WebhookDelivery.objects.filter(received_at__lt=now - REMEMBERED).order_by("received_at")
    WebhookDelivery.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:_BATCH])).delete()
