"""The shapes of watched mailboxes at the API."""

from __future__ import annotations

from backend.common.json import JSON
from backend.jobs.serializers import iso
from backend.triggers.models import WatchedMailbox


def mailbox_shown(row: WatchedMailbox) -> dict[str, JSON]:
    """How it is set, how far it is, and what is wrong with it."""
    return {
        "id": str(row.pk),
        "workflow": str(row.workflow_id),
        "workflow_slug": row.workflow.slug,
        "workflow_name": row.workflow.name,
        "trigger_id": row.trigger_id,
        "connector": row.connector,
        "folder": row.folder,
        "every_seconds": row.every_seconds,
        "per": row.per,
        "is_active": row.is_active,
        "status": _status(row),
        "problem": row.problem,
        "failures": row.failures,
        "mails": row.mails,
        "looked_at": iso(row.looked_at),
        "last_mail_at": iso(row.last_mail_at),
        "next_look_at": iso(row.due_at) if row.claim is None else None,
        "created_at": iso(row.created_at),
    }


def _status(row: WatchedMailbox) -> str:
    if not row.is_active:
        return "off"
    if row.failures:
        return "failing"
    return "watching" if row.looked_at else "new"
