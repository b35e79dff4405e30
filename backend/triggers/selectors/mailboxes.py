"""Reading watched mailboxes."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from backend.accounts.models import Organization
from backend.common.errors import NotFound
from backend.triggers.models import WatchedMailbox


def mailbox_list(organization: Organization, *, workflow: str = "") -> QuerySet[WatchedMailbox]:
    """The newest first; `workflow` is an id or a slug."""
    rows = WatchedMailbox.objects.filter(organization=organization).select_related("workflow")
    return (rows.filter(_workflow_named(workflow)) if workflow else rows).order_by("-id")


def mailbox_get(organization: Organization, mailbox_id: UUID) -> WatchedMailbox:
    """One of them; NotFound outside the organisation."""
    found = mailbox_list(organization).filter(pk=mailbox_id).first()
    if found is None:
        raise NotFound(f"There is no watched mailbox {mailbox_id} in this organisation.")
    return found


def _workflow_named(text: str) -> Q:
    try:
        return Q(workflow_id=UUID(text))
    except ValueError:
        return Q(workflow__slug=text)
