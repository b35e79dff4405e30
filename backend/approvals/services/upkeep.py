"""What time does to approvals, and the end of their jobs."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from backend.approvals.models import Approval, ApprovalStatus
from backend.approvals.services.opening import tell

_AT_ONCE = 100


# SQL about a job: an approval of it is open.
PEOPLE_ARE_ASKED = "EXISTS (SELECT 1 FROM approvals_approval a WHERE a.job_id = jobs_job.id AND a.status = 'pending')"


def job_ended(job_id: UUID, _status: str) -> None:
    """Nobody needs to decide for a job that has ended."""
    open_ones = Approval.objects.filter(job_id=job_id, status=ApprovalStatus.PENDING)
    # One whose time was up has ended the wait, and perhaps with it the job, before anybody wrote that down.
    open_ones.filter(until__lte=timezone.now()).update(status=ApprovalStatus.EXPIRED, remind_at=None)
    open_ones.update(status=ApprovalStatus.CANCELLED, remind_at=None)


def approvals_keep_time() -> None:
    """Notes those whose time is up, and reminds of those that wait. Many may call it: each thing happens once."""
    now = timezone.now()
    late = Approval.objects.filter(status=ApprovalStatus.PENDING, until__lte=now)
    late.update(status=ApprovalStatus.EXPIRED, remind_at=None)
    for approval in Approval.objects.filter(status=ApprovalStatus.PENDING, remind_at__lte=now)[:_AT_ONCE]:
        _remind(approval)


def _remind(approval: Approval) -> None:
    following = timezone.now() + timedelta(seconds=approval.remind_seconds or 86_400)
    with transaction.atomic():
        mine = Approval.objects.filter(
            id=approval.id, status=ApprovalStatus.PENDING, remind_at=approval.remind_at
        ).update(remind_at=following)
        if mine:
            decided = approval.decisions.values_list("by", flat=True)
            tell(approval, approval.approvers.exclude(email__in=list(decided)), occasion="reminded")
