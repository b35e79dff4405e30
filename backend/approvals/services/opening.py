"""A step waits for people: the row, and the messages to those who decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from backend.approvals import tokens
from backend.approvals.models import Approval, ApprovalLink, ApprovalStatus, Approver
from backend.catalog.approvals import APPROVAL
from backend.common.json import JSON
from backend.jobs.models import Job
from backend.notices.services import Said, notify


def step_waits(job_id: UUID, path: str, signal: str, data: dict[str, JSON], until: datetime | None) -> None:
    """Called in the transaction that records the waiting step, so that there is never one without the other."""
    if signal != APPROVAL:
        return
    job = Job.objects.select_related("workflow", "organization").get(id=job_id)
    if job.is_test:  # nobody is to be asked for the sake of a test
        return
    # A step that waits anew, after a retry, replaces what it asked before.
    Approval.objects.filter(job=job, path=path, status=ApprovalStatus.PENDING).update(status=ApprovalStatus.CANCELLED)
    approval = _make(job, path, data, until)
    addresses = dict.fromkeys(str(email).strip().lower() for email in data.get("approvers") or () if str(email).strip())
    approvers = [Approver(approval=approval, email=email) for email in addresses]
    Approver.objects.bulk_create(approvers)
    tell(approval, Approver.objects.filter(approval=approval), occasion="asked")


def _make(job: Job, path: str, data: Mapping[str, JSON], until: datetime | None) -> Approval:
    seconds = data.get("remind_after")
    return Approval.objects.create(
        organization=job.organization,
        job=job,
        path=path,
        title=str(data.get("title") or job.workflow.name)[:300],
        message=str(data.get("message") or ""),
        form=data.get("form") or None,
        documents=list(data.get("files") or []),
        required=int(data.get("required") or 1),
        channels=list(data.get("channels") or []),
        until=until,
        remind_seconds=seconds,
        remind_at=timezone.now() + timedelta(seconds=float(seconds)) if seconds else None,
    )


def tell(approval: Approval, approvers: Iterable[Approver], *, occasion: str) -> None:
    """Writes to each approver with a link of their own, and to the channels with the address of the inbox."""
    channels = [{"connector": name} if isinstance(name, str) else name for name in approval.channels]
    mail = [channel for channel in channels if channel.get("mail")]
    for approver in approvers:
        said = _said(approval, link=_link(approver), occasion=occasion, key=f"{approver.pk}")
        notify(approval.organization_id, said, to=[approver.email], channels=mail)
    others = [channel for channel in channels if not channel.get("mail")]
    if others or not approval.approvers.exists():
        link = f"{settings.STEPGRAPH_BASE_URL}/approvals/{approval.id}"
        notify(approval.organization_id, _said(approval, link=link, occasion=occasion, key="all"), channels=others)


def _link(approver: Approver) -> str:
    token = tokens.make()
    ApprovalLink.objects.create(approver=approver, token_hash=tokens.digest(token))
    return f"{settings.STEPGRAPH_BASE_URL}/approvals/token/{token}/"


def _said(approval: Approval, *, link: str, occasion: str, key: str) -> Said:
    words = {"asked": "Your decision is asked for", "reminded": "Reminder", "delegated": "Handed over to you"}[occasion]
    values = {"approval": approval, "link": link, "workflow": approval.job.workflow, "words": words}
    stamp = f"{timezone.now():%Y%m%d%H%M%S}" if occasion == "reminded" else ""
    return Said(
        subject=f"{words}: {approval.title}",
        body=render_to_string("approvals/mail.txt", values),
        html=render_to_string("approvals/mail.html", values),
        key=f"approval/{approval.id}/{occasion}{stamp}/{key}",
    )
