"""Shapes of approvals."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from backend.approvals import selectors
from backend.approvals.models import Approval
from backend.common.json import JSON
from backend.common.serializers import StrictSerializer

_WORDS = {"approve": "approved", "approved": "approved", "reject": "rejected", "rejected": "rejected"}


class AnswerInput(StrictSerializer):
    """A comment and the form's values."""

    comment = serializers.CharField(required=False, allow_blank=True, default="", max_length=10_000)
    form: Any = serializers.DictField(required=False, default=dict)


class DecisionInput(AnswerInput):
    """The same with the decision."""

    decision = serializers.ChoiceField(choices=sorted(_WORDS))

    def validate_decision(self, value: str) -> str:
        """`approve` and `approved` mean the same."""
        return _WORDS[value]


class DelegateInput(StrictSerializer):
    """Who shall decide instead; of whom, if it is not one's own decision."""

    to = serializers.EmailField(max_length=320)
    instead_of = serializers.EmailField(max_length=320, required=False, default="", allow_blank=True)


def approval_shown(approval: Approval, *, email: str = "") -> dict[str, JSON]:
    """An approval for those who may see it; `mine` says whether this address is asked."""
    approvers = [approver.email for approver in approval.approvers.all()]
    decided = {decision.by for decision in approval.decisions.all()}
    return {
        "id": str(approval.id),
        "status": str(selectors.status_of(approval)),
        "title": approval.title,
        "message": approval.message,
        "form": approval.form,
        "documents": approval.documents,
        "required": approval.required,
        "approvers": approvers,
        "mine": (not approvers or email in approvers) and email not in decided,
        "decisions": [
            {
                "by": decision.by,
                "decision": decision.decision,
                "comment": decision.comment,
                "form": decision.form,
                "at": decision.created_at,
            }
            for decision in sorted(approval.decisions.all(), key=lambda one: one.created_at)
        ],
        "job": str(approval.job_id),
        "step": approval.path,
        "workflow": approval.job.workflow.slug,
        "workflow_name": approval.job.workflow.name,
        "expires_at": approval.until,
        "created_at": approval.created_at,
        "decided_at": approval.decided_at,
    }
