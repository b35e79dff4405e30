"""Webhooks as the last call found them, so that PostgreSQL accepts the next one by one statement instead of two.

Nothing is decided by what is remembered. The statement that stores a job does so only while the rows of the webhook and
of its workflow are the very ones that were read; and whatever else would become of a call, such as a refusal, is not
said before the call has been received anew, with what the database says now.
"""

from __future__ import annotations

from contextlib import suppress

from django.db import IntegrityError, transaction
from django.utils import timezone

from backend.common.errors import AppError
from backend.jobs.models import Job
from backend.jobs.services import NoLonger
from backend.triggers.answer import Answer
from backend.triggers.hot import Found
from backend.triggers.incoming import Incoming
from backend.triggers.models import Webhook
from backend.triggers.payload import may_bring_files
from backend.triggers.reception import Reception
from backend.triggers.selectors.webhooks import webhook_called
from backend.triggers.services import calls
from backend.triggers.verify import Auth

_MOST = 500  # webhooks

_remembered: dict[str, Found] = {}  # by their tokens


def received(incoming: Incoming, *, token: str, path: str) -> Answer:
    """The answer to a call; raises AppError."""
    known = _recalled(token)
    if known is not None and _may_come_twice(incoming, known.webhook):
        body = incoming.body.read(known.webhook.max_body)
        reception = Reception(incoming.again(body), known.webhook, path, provided=known.unchanged)
        job = _started(reception)
        if job is not None:
            return reception.answer_of(job)
        incoming = incoming.again(body)
    return Reception(incoming, _read(token), path).answer()


def _started(reception: Reception) -> Job | None:
    """The job of a call; None when anything is in its way, in which case nothing has been done."""
    with suppress(AppError, NoLonger, IntegrityError):
        return calls.delivery_accept(reception.webhook, reception.delivery())
    return None


def _may_come_twice(incoming: Incoming, webhook: Webhook) -> bool:
    """Whether a call can be received a second time: its body is there to be read again, and nothing is counted."""
    headers = incoming.headers
    length = headers.get("content-length", "0")
    return (
        "transfer-encoding" not in headers
        and length.isdecimal()
        and int(length) <= webhook.max_body
        and not may_bring_files(headers.get("content-type", ""))
        and calls.is_noted(webhook, now=timezone.now())
    )


# --- memory ---------------------------------------------------------------------------------------------------------


def _recalled(token: str) -> Found | None:
    found = _remembered.get(token)
    return None if found is None or _in_transaction() else found


def _read(token: str) -> Webhook:
    _remembered.pop(token, None)
    found = webhook_called(token)
    if found.unchanged is not None and _is_simple(found.webhook) and not _in_transaction():
        if len(_remembered) >= _MOST:
            _remembered.clear()
        _remembered[token] = found
    return found.webhook


def _in_transaction() -> bool:
    """A transaction that writes a row twice leaves no trace of the first time, for whoever is in it."""
    return bool(transaction.get_connection().in_atomic_block)


def _is_simple(webhook: Webhook) -> bool:
    """Whether storing a job is all that its calls do."""
    return (
        webhook.rate_limit is None
        and webhook.concurrency is None
        and not webhook.idempotency_header
        and webhook.auth in {Auth.NONE, Auth.BEARER, Auth.BASIC}  # the others keep what they know calls by
    )
