"""Looks into watched mailboxes when they are due, in a thread of the worker."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any, Final

import structlog
from django.conf import settings
from django.utils import timezone

from backend.catalog.connectors import Outside
from backend.catalog.mailboxes import Folder, Mailbox, MailboxError
from backend.common.egress import EgressPolicy
from backend.common.errors import AppError
from backend.common.masking import Masker, masking
from backend.connectors import opening
from backend.triggers.models import WatchedMailbox
from backend.triggers.services import mailboxes
from workers import background
from workers.mailboxes import letters

logger = structlog.get_logger(__name__)

_LOOK_SECONDS: Final = 1.0
_AT_ONCE: Final = 200  # messages of one look; further ones are left to the next, which comes at once
_OVERLAP: Final = timedelta(days=1)  # how far back a folder is read that the server has numbered anew


def start(stopping: threading.Event) -> None:
    """Looks until it is told to stop."""
    background.start(look_at_one, name="mailboxes", seconds=_LOOK_SECONDS, stopping=stopping)


def look_at_one() -> bool:
    """Looks into a mailbox that is due; False when none is."""
    box = mailboxes.claim_due()
    if box is None:
        return False
    masker = Masker()
    try:
        with masking(masker), _opened(box, masker).open(box.folder) as folder:
            problem, all_read = _look(box, folder)
    except mailboxes.ClaimLost:
        logger.info("another worker looks into the mailbox", mailbox=str(box.pk))
    except (AppError, MailboxError) as error:
        mailboxes.failed(box, masker.text(getattr(error, "detail", "") or str(error)))
    else:
        mailboxes.ended(box, problem=masker.text(problem), at_once=not all_read)
    return True


def _opened(box: WatchedMailbox, masker: Masker) -> Mailbox[Any]:
    """The connector, its secrets masked. Raises AppError and MailboxError."""
    opened = opening.connector_open(box.organization_id, box.connector, family="mailbox")
    masker.add(opened.secrets)
    found: object = opened.instance(Outside(EgressPolicy.from_words(settings.STEPGRAPH_EGRESS_ALLOW)))
    if not isinstance(found, Mailbox):
        raise MailboxError(f"The connector “{box.connector}” is no mailbox.")
    return found


def _look(box: WatchedMailbox, folder: Folder) -> tuple[str, bool]:
    """Takes the new messages; answers what was wrong with some, and whether these were all."""
    numbers = _new_ones(box, folder)
    problems = [problem for number in numbers[:_AT_ONCE] if (problem := _take(box, folder, number))]
    return " ".join(problems[:3]), len(numbers) <= _AT_ONCE


def _new_ones(box: WatchedMailbox, folder: Folder) -> list[int]:
    if box.validity == folder.validity:
        return folder.numbers(after=box.last_number)
    if box.validity is None:  # the first look
        before = 0 if box.existing else folder.next_number - 1
        mailboxes.begin(box, validity=folder.validity, last_number=before)
        return folder.numbers(after=before)
    # Numbered anew: what came lately is read again, and what has its jobs already is known by them.
    found = folder.since(((box.looked_at or timezone.now()) - _OVERLAP).date())
    mailboxes.begin(box, validity=folder.validity, last_number=found[0] - 1 if found else folder.next_number - 1)
    return found


def _take(box: WatchedMailbox, folder: Folder, number: int) -> str:
    size = folder.size(number)
    if size is None or size > settings.MAX_FILE_BYTES:
        mailboxes.pass_over(box, number)
        return "" if size is None else f"A mail of {size:,} bytes is larger than a file may be, and was passed over."
    mail = letters.read(number, folder.read(number))
    if not letters.is_from(mail, box.senders):
        mailboxes.pass_over(box, number)
        return ""
    problem = mailboxes.mail_take(box, mail)
    return problem or _tidied(box, folder, number)


def _tidied(box: WatchedMailbox, folder: Folder, number: int) -> str:
    """Marks and moves a message whose job is there already: what goes wrong here is only told."""
    try:
        if box.mark_read:
            folder.mark_read(number)
        if box.move_to:
            folder.move(number, box.move_to)
    except MailboxError as error:
        return f"A mail has its job, and could not be marked or moved: {error}"
    return ""
