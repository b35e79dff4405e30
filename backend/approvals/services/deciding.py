"""A decision: who may take it, what it must hold, and when it lets the job go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from backend.accounts.actor import Actor
from backend.accounts.models import User
from backend.approvals import selectors
from backend.approvals.errors import DecidedBefore, NoLongerOpen, NotAnApprover
from backend.approvals.models import Approval, ApprovalLink, ApprovalStatus, Decision
from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.common.problems import Problem
from backend.jobs.models import Job
from backend.jobs.services import signal_deliver

APPROVED, REJECTED = ApprovalStatus.APPROVED, ApprovalStatus.REJECTED


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says to it."""

    decision: str
    comment: str = ""
    form: Mapping[str, JSON] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """Who says it."""

    name: str  # a mail address, or the name of an API key
    user: User | None = None


def decide_as(actor: Actor, approval: Approval, answer: Answer) -> Approval:
    """A decision in the inbox. Raises NotAnApprover, and what `decide` raises."""
    return decide(approval, _person(actor, approval), answer)


def decide_by_link(link: ApprovalLink, answer: Answer) -> Approval:
    """A decision by a link from a mail; the link is used up with it."""
    return decide(link.approver.approval, Person(link.approver.email), answer)


@transaction.atomic
def decide(approval: Approval, person: Person, answer: Answer) -> Approval:
    """Keeps a decision, and lets the job go on when it was the last that was needed.

    Raises NoLongerOpen, DecidedBefore and Invalid.
    """
    # The job first, as everybody who changes both does: otherwise two could wait for each other.
    Job.objects.select_for_update().get(id=approval.job_id)
    locked = Approval.objects.select_for_update().get(id=approval.id)
    if selectors.status_of(locked) != ApprovalStatus.PENDING:
        raise NoLongerOpen(_how_it_stands(locked))
    values = _checked_form(locked, answer)
    try:
        with transaction.atomic():
            Decision.objects.create(
                approval=locked,
                by=person.name,
                user=person.user,
                decision=answer.decision,
                comment=answer.comment,
                form=values,
            )
    except IntegrityError as error:
        raise DecidedBefore from error
    ApprovalLink.objects.filter(approver__approval=locked, approver__email=person.name).delete()
    outcome = _outcome(locked)
    if outcome:
        _settle(locked, outcome)
    return locked


def _person(actor: Actor, approval: Approval) -> Person:
    listed = {approver.email for approver in approval.approvers.all()}
    if actor.user is not None:
        email = actor.user.email.lower()
        if listed and email not in listed:
            raise NotAnApprover
        return Person(email, actor.user)
    if listed:  # a key stands for no person; an owner's may hand the decision over, as owners may
        raise NotAnApprover("Only the people who are named decide this, and an API key is none of them.")
    return Person(f"API key {actor.api_key.name if actor.api_key else ''}".strip())


def _outcome(approval: Approval) -> str:
    """Approved once enough have approved; rejected once not enough can any more; else it goes on waiting."""
    decisions = list(approval.decisions.values_list("decision", flat=True))
    approved, rejected = decisions.count(APPROVED), decisions.count(REJECTED)
    if approved >= approval.required:
        return APPROVED
    possible = approval.approvers.count() or approval.required
    return REJECTED if possible - rejected < approval.required else ""


def _settle(approval: Approval, outcome: str) -> None:
    decisions = list(approval.decisions.order_by("created_at", "id"))
    last = [one for one in decisions if one.decision == outcome][-1]
    delivery: JSON = {
        "decision": str(outcome),
        "comment": last.comment,
        "approver": last.by,
        "form": last.form,
        "decisions": [_shown(one) for one in decisions],
    }
    if not signal_deliver(job_id=approval.job_id, path=approval.path, delivery=delivery, actor=last.by):
        raise NoLongerOpen("The job does not wait for this any more.")
    approval.status, approval.decided_at, approval.remind_at = outcome, timezone.now(), None
    approval.save(update_fields=["status", "decided_at", "remind_at"])
    ApprovalLink.objects.filter(approver__approval=approval).delete()


def _shown(decision: Decision) -> JSON:
    return {
        "approver": decision.by,
        "decision": decision.decision,
        "comment": decision.comment,
        "form": decision.form,
        "at": decision.created_at.isoformat(),
    }


def _checked_form(approval: Approval, answer: Answer) -> dict[str, JSON]:
    """The values, of which only the schema's own fields are kept where it names some. Not asked of those who reject."""
    values = dict(answer.form)
    if not approval.form or answer.decision == REJECTED:
        return values
    try:
        found = list(Draft202012Validator(approval.form).iter_errors(values))
    except SchemaError as error:
        raise Invalid(f"The form of this step is not a valid JSON Schema: {error.message}") from error
    if found:
        raise Invalid("The form is not filled in as it must be.", problems=_problems(found))
    return values


def _problems(found: Sequence[object]) -> list[Problem]:
    made = []
    for error in found:
        path = ".".join(str(part) for part in getattr(error, "absolute_path", ()))
        made.append(Problem(str(getattr(error, "message", error))[:300], path=f"form.{path}" if path else "form"))
    return made


def _how_it_stands(approval: Approval) -> str:
    status = selectors.status_of(approval)
    last = approval.decisions.order_by("-created_at").first()
    by = f" by {last.by}" if last and status in {APPROVED, REJECTED} else ""
    return f"This is {status}{by} already."
