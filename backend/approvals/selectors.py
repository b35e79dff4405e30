"""Reading approvals, always within an organisation, or by a link."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from backend.accounts.models import Organization
from backend.approvals import tokens
from backend.approvals.errors import UnknownLink
from backend.approvals.models import Approval, ApprovalLink, ApprovalStatus
from backend.common.errors import NotFound


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed down to; `mine` is a mail address."""

    status: str = ""
    mine: str = ""
    job: str = ""


def approvals(organization: Organization, wanted: Filter) -> QuerySet[Approval]:
    """Those of an organisation, the newest first."""
    rows = Approval.objects.filter(organization=organization).order_by("-created_at", "-id")
    rows = rows.select_related("job__workflow").prefetch_related("approvers", "decisions")
    if wanted.status:
        rows = rows.filter(_status(wanted.status))
    if wanted.mine:
        rows = rows.filter(Q(approvers__isnull=True) | Q(approvers__email=wanted.mine.lower())).distinct()
    if wanted.job:
        rows = rows.filter(job_id=_uuid(wanted.job))
    return rows


def approval_get(organization: Organization, key: str) -> Approval:
    """One of them; raises NotFound."""
    rows = Approval.objects.select_related("job__workflow").prefetch_related("approvers", "decisions")
    found = rows.filter(organization=organization, id=_uuid(key)).first()
    if found is None:
        raise NotFound
    return found


def link_get(token: str) -> ApprovalLink:
    """What a link leads to; raises UnknownLink."""
    digest = tokens.digest(token)
    rows = ApprovalLink.objects.select_related("approver__approval__job__workflow", "approver__approval__organization")
    found = rows.filter(token_hash=digest).first() if digest else None
    if found is None:
        raise UnknownLink
    return found


def status_of(approval: Approval) -> str:
    """How it stands now: one whose time is up is expired before anybody has written it down."""
    if approval.status == ApprovalStatus.PENDING and approval.until and approval.until <= timezone.now():
        return ApprovalStatus.EXPIRED
    return approval.status


def _status(status: str) -> Q:
    late = Q(status=ApprovalStatus.PENDING, until__lte=timezone.now())
    if status == ApprovalStatus.PENDING:
        return Q(status=ApprovalStatus.PENDING) & ~late
    return Q(status=status) | late if status == ApprovalStatus.EXPIRED else Q(status=status)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
