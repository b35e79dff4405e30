"""Writing messages to be sent, and keeping what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from backend import queue
from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.common.problems import Problem
from backend.connectors import selectors as connector_selectors
from backend.notices import selectors
from backend.notices.models import DefaultChannels, Notice

logger = structlog.get_logger(__name__)

CLAIM_SECONDS = 120  # after which a message whose worker was lost is sent by another one
_DELAYS = (10, 60, 300, 1800, 7200, 6 * 3600)  # seconds before each further try


@dataclass(frozen=True, slots=True)
class Said:
    """A message, before it is known by which channels it goes. `key` makes it one however often it is written."""

    subject: str
    body: str
    html: str = ""
    severity: str = "info"  # info | warning | error | critical
    key: str = ""


def notify(
    organization_id: UUID, said: Said, *, to: Sequence[str] = (), channels: Sequence[Mapping[str, JSON]] = ()
) -> int:
    """Writes a message for each channel, to be sent once the transaction is committed; answers how many.

    Without channels it goes by the installation's own mail when there are recipients and it has one, and else by the
    organisation's default channels.
    """
    rows = [
        Notice(
            organization_id=organization_id,
            channel=str(channel.get("connector") or ""),
            to=list(channel.get("to") or to),
            subject=" ".join(said.subject.split())[:500],
            body=said.body,
            html=said.html,
            severity=said.severity,
            key=said.key,
            due_at=timezone.now(),
        )
        for channel in channels or _usual(organization_id, to)
    ]
    if not rows:
        logger.warning("nobody was told: there is no channel", organization=str(organization_id), subject=said.subject)
        return 0
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    queue.ring_to_deliver()
    return len(rows)


def _usual(organization_id: UUID, to: Sequence[str]) -> list[dict[str, JSON]]:
    usual = selectors.default_channels(organization_id)
    if not to:
        return usual
    if settings.EMAIL_URL:
        return [{"connector": "", "to": list(to)}]
    # What is meant for one person must not appear in a chat that many read.
    mail = connector_selectors.slugs_of_type(organization_id, "smtp")
    return [{"connector": one["connector"], "to": list(to)} for one in usual if one["connector"] in mail][:1]


@transaction.atomic
def channels_set(actor_organization: UUID, channels: Sequence[Mapping[str, JSON]], known: Mapping[str, str]) -> None:
    """Names the default channels. Raises Invalid for connectors that there are not."""
    problems = [
        Problem(
            f"There is no connector “{channel['connector']}” for notifications.", path=f"channels[{number}].connector"
        )
        for number, channel in enumerate(channels)
        if channel["connector"] not in known
    ]
    if problems:
        raise Invalid("The channels are not valid.", problems=problems)
    DefaultChannels.objects.update_or_create(
        organization_id=actor_organization, defaults={"channels": [dict(channel) for channel in channels]}
    )


def notification_connectors(organization: object) -> dict[str, str]:
    """Slug and name of every connector that can send messages."""
    rows = connector_selectors.connectors(organization, family="notification")  # type: ignore[arg-type]
    return dict(rows.values_list("slug", "name"))


# --- for those who send --------------------------------------------------------------------------------------------


def notice_claim(notice_id: UUID) -> Notice | None:
    """Takes a due message for the one who asks first; it is due again after a while, should that one be lost."""
    now = timezone.now()
    claimed = Notice.objects.filter(id=notice_id, due_at__lte=now).update(
        due_at=now + timedelta(seconds=CLAIM_SECONDS), attempts=F("attempts") + 1
    )
    return Notice.objects.get(id=notice_id) if claimed else None


def notice_sent(notice: Notice) -> None:
    """It has arrived."""
    Notice.objects.filter(id=notice.id).update(due_at=None, sent_at=timezone.now(), error="")


def notice_failed(notice: Notice, error: str, *, retryable: bool, to: Sequence[str]) -> None:
    """It has not arrived, at least not for those in `to`; it is tried again later, or given up."""
    Notice.objects.filter(id=notice.id).update(due_at=_next(notice, retryable), error=error[:1000], to=list(to))
    logger.warning("a message was not delivered", notice=str(notice.id), channel=notice.channel, reason=error)


def _next(notice: Notice, retryable: bool) -> datetime | None:
    if not retryable or notice.attempts > len(_DELAYS):
        return None
    return timezone.now() + timedelta(seconds=_DELAYS[notice.attempts - 1])
