"""Handing a decision over to somebody else."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from backend.accounts.actor import Actor
from backend.accounts.models import Role
from backend.approvals import selectors
from backend.approvals.errors import DecidedBefore, NoLongerOpen, NotAnApprover
from backend.approvals.models import Approval, ApprovalStatus, Approver
from backend.approvals.services.opening import tell
from backend.common.errors import Invalid


@transaction.atomic
def delegate(actor: Actor, approval: Approval, *, to: str, instead_of: str = "") -> Approval:
    """Lets another one decide in an approver's place, one's own unless an owner names somebody else's."""
    locked = Approval.objects.select_for_update().get(id=approval.id)
    if selectors.status_of(locked) != ApprovalStatus.PENDING:
        raise NoLongerOpen
    own = actor.user.email.lower() if actor.user else ""
    giver = instead_of.strip().lower() or own
    if giver != own and actor.role != Role.OWNER:
        raise NotAnApprover("Only an owner can hand over the decision of somebody else.")
    row = locked.approvers.filter(email=giver).first()
    if row is None:
        raise NotAnApprover
    if locked.decisions.filter(by=giver).exists():
        raise DecidedBefore
    email = _address(to)
    if locked.approvers.filter(email=email).exists():
        raise Invalid(f"{email} is asked already.")
    row.delete()  # with its links
    made = Approver.objects.create(approval=locked, email=email, delegated_by=giver)
    tell(locked, [made], occasion="delegated")
    return locked


def _address(text: str) -> str:
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Invalid(f"“{text[:100]}” is not an e-mail address.") from error
    return email
