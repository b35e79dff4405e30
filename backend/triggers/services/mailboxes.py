"""Watched mailboxes: kept by publishing, looked into by workers, each message turned into jobs once.

Exactly once rests on two things: a message's number is moved past in the transaction that makes its jobs, and the jobs
carry a key made from the message itself, for servers that number everything anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from backend.accounts.selectors import owner_addresses
from backend.common.errors import AppError
from backend.common.ids import uuid7
from backend.common.json import JSON
from backend.files import services as files
from backend.jobs.models import Job, TriggeredBy
from backend.jobs.services import job_create
from backend.notices import services as notices
from backend.triggers import publishing
from backend.triggers.models import WatchedMailbox
from backend.triggers.publishing import Triggers
from backend.workflows.format import MailboxTrigger
from backend.workflows.models import Workflow

log = structlog.get_logger(__name__)

_LOOK_SECONDS: Final = 600  # that one look may take; then another worker may look
_LONGEST_PAUSE: Final = 3600  # seconds between looks at a mailbox that does not answer
_TOLD_AT: Final = 3  # failures in a row of which people are told
_PLACE: Final = ("connector", "folder")  # where its numbers count
_SETTINGS: Final = (
    "connector", "folder", "every_seconds", "per", "file_input", "senders", "existing", "mark_read", "move_to",
    "is_active",
)  # fmt: skip


class ClaimLost(Exception):
    """Another worker looks into the mailbox now, or it was changed."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file in a mail."""

    name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """A message that has come."""

    number: int
    key: str  # the same for the same message, whatever its number
    facts: Mapping[str, JSON]  # from, to, subject, date, text …
    message: Document
    attachments: Sequence[Document] = ()


@transaction.atomic
def workflow_published(workflow: Workflow, triggers: Triggers, *, before: Triggers = ()) -> None:
    """Keeps what the published definition watches; what is gone from it rests. Another folder is begun anew."""
    wanted = publishing.wanted(MailboxTrigger, triggers, before=before)
    rows = {row.trigger_id: row for row in WatchedMailbox.objects.select_for_update().filter(workflow=workflow)}
    for id_ in rows.keys() - wanted.keys():
        WatchedMailbox.objects.filter(pk=rows[id_].pk).update(is_active=False, due_at=None, claim=None)
    for id_, one in wanted.items():
        values = {**one.trigger.model_dump(include=set(_SETTINGS)), "start_at": one.trigger.start_at or ""}
        row = rows.get(id_)
        if row is None:
            row = WatchedMailbox(workflow=workflow, trigger_id=id_)
        else:
            values = one.news(values)
        moved = any(getattr(row, name) != values[name] for name in _PLACE if name in values)
        for name, value in values.items():
            setattr(row, name, value)
        row.organization_id = workflow.organization_id
        row.validity, row.last_number = (None, 0) if moved else (row.validity, row.last_number)
        row.due_at, row.claim = timezone.now() if row.is_active else None, None
        row.failures, row.problem = 0, ""
        row.save()


def look_now(row: WatchedMailbox) -> None:
    """Somebody does not want to wait for the next look."""
    WatchedMailbox.objects.filter(pk=row.pk, is_active=True, claim=None).update(due_at=timezone.now())


# --- of the worker that looks ---------------------------------------------------------------------------------------


def claim_due() -> WatchedMailbox | None:
    """A mailbox that is due, for this worker alone."""
    now = timezone.now()
    due = WatchedMailbox.objects.filter(
        due_at__lte=now, is_active=True, workflow__is_active=True, workflow__published_version__isnull=False
    )
    for pk, due_at in due.order_by("due_at").values_list("pk", "due_at")[:10]:
        claim, until = uuid7(), now + timedelta(seconds=_LOOK_SECONDS)
        if WatchedMailbox.objects.filter(pk=pk, due_at=due_at).update(claim=claim, due_at=until):
            return WatchedMailbox.objects.select_related("workflow__published_version").get(pk=pk)
    return None


def begin(box: WatchedMailbox, *, validity: int, last_number: int) -> None:
    """The numbers of the folder count from here. Raises ClaimLost."""
    if not _held(box).update(validity=validity, last_number=last_number):
        raise ClaimLost
    box.validity, box.last_number = validity, last_number


@transaction.atomic
def pass_over(box: WatchedMailbox, number: int) -> None:
    """A message that starts nothing. Raises ClaimLost."""
    _advance(box, number)


@transaction.atomic
def mail_take(box: WatchedMailbox, mail: Mail) -> str:
    """The jobs of a message, and the next number, together or not at all; answers what was wrong with it.

    Raises ClaimLost. A message for which no job can be made is passed over, so that it holds up no other.
    """
    _advance(box, mail.number)
    try:
        with transaction.atomic():
            _start(box, mail)
    except AppError as error:
        problems = " ".join(problem.message for problem in error.problems)
        return f"No job for the mail “{mail.facts.get('subject') or ''}”: {error.detail} {problems}".strip()[:500]
    _held(box).update(mails=F("mails") + 1, last_mail_at=timezone.now())
    return ""


def ended(box: WatchedMailbox, *, problem: str = "", at_once: bool = False) -> None:
    """The look is over and has succeeded; `problem` tells of messages that started nothing, `at_once` of more mail."""
    now, pause = timezone.now(), 0 if at_once else box.every_seconds
    _held(box).update(looked_at=now, due_at=_next(box, now, pause), claim=None, failures=0, problem=problem[:500])
    if problem:
        # Once an hour: what is told may itself arrive in this mailbox, and start nothing, and be told of.
        _tell(box, problem, key=f"mailbox:{box.pk}:{now:%Y-%m-%dT%H}")


def failed(box: WatchedMailbox, problem: str) -> None:
    """The mailbox could not be looked into: again later, and people are told when that goes on."""
    now, failures = timezone.now(), box.failures + 1
    pause = min(_LONGEST_PAUSE, box.every_seconds * 2 ** min(failures, 10))
    held = _held(box).update(
        looked_at=now, due_at=_next(box, now, pause), claim=None, failures=failures, problem=problem[:500]
    )
    log.warning("mailbox not readable", mailbox=str(box.pk), failures=failures, reason=problem)
    if held and failures == _TOLD_AT:
        _tell(box, f"It could not be looked into {failures} times in a row: {problem}")


def _next(box: WatchedMailbox, now: datetime, seconds: float) -> datetime | None:
    return now + timedelta(seconds=seconds) if box.is_active else None


def _held(box: WatchedMailbox) -> QuerySet[WatchedMailbox]:
    """Its row, as long as the claim holds."""
    return WatchedMailbox.objects.filter(pk=box.pk, claim=box.claim)


def _advance(box: WatchedMailbox, number: int) -> None:
    if not _held(box).filter(last_number__lt=number).update(last_number=number):
        raise ClaimLost
    box.last_number = number


def _start(box: WatchedMailbox, mail: Mail) -> None:
    message = files.file_store(
        box.organization_id, name=mail.message.name, content_type=mail.message.content_type, data=mail.message.data
    )
    attached = [
        files.file_store(box.organization_id, name=one.name, content_type=one.content_type, data=one.data)
        for one in mail.attachments
    ]
    references = [files.reference(one) for one in attached]
    facts = {**mail.facts, "message": files.reference(message), "attachments": references}
    each = references if box.per == "attachment" and references else [files.reference(message)]
    for index, document in enumerate(each):
        job = _job(box, facts, document, key=f"mail:{box.pk}:{mail.key}:{index}")
        files.uses_add(box.organization_id, job=job.pk, files=[message.pk, *(one.pk for one in attached)])


def _job(box: WatchedMailbox, facts: Mapping[str, JSON], document: JSON, *, key: str) -> Job:
    version = box.workflow.published_version
    assert version is not None
    return job_create(
        workflow=box.workflow,
        version=version,
        input={box.file_input: document} if box.file_input else {},
        facts={"mail": {**facts, "file": document}},
        triggered_by=TriggeredBy.MAIL,
        start_at=box.start_at,
        idempotency_key=key,
    )


def _tell(box: WatchedMailbox, problem: str, *, key: str = "") -> None:
    subject = f"The mailbox “{box.connector}” of “{box.workflow.name}”"
    to = list(owner_addresses(box.organization_id))
    said = notices.Said(subject, f"{subject}, folder {box.folder}:\n\n{problem}", severity="warning", key=key)
    notices.notify(box.organization_id, said, to=to)
