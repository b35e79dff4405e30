"""What a step that lets people decide waits for: the same question, whichever step asks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.catalog.steps import StepFailed, Wait
from backend.common.json import JSON

APPROVAL = "approval"  # the signal of a step that waits for a decision
APPROVED, REJECTED, EXPIRED = "approved", "rejected", "expired"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and whom; without approvers, everybody who may run the workflow."""

    title: str = ""
    message: str = ""
    approvers: Sequence[str] = ()
    required: int = 1
    form: Mapping[str, JSON] | None = None
    files: Sequence[JSON] = ()
    mail: str | None = None  # the connector by which the approvers get their links
    channels: Sequence[str] = ()
    remind_after: float | None = None
    expires_in: float | None = None

    def wait(self, reason: str = "It waits for an approval") -> Wait:
        """The wait for the decision."""
        mail: list[JSON] = [{"connector": self.mail, "mail": True}] if self.mail else []
        data: dict[str, JSON] = {
            "approvers": list(self.approvers),
            "title": self.title,
            "message": self.message,
            "form": self.form,
            "files": list(self.files),
            "required": self.required,
            "channels": [*mail, *({"connector": slug} for slug in self.channels)],
            "remind_after": self.remind_after,
        }
        return Wait(reason, after=self.expires_in, signal=APPROVAL, data=data)


def addresses(value: JSON) -> list[str]:
    """The approvers of a form: a list, or a text with commas. Raises StepFailed."""
    entries = value.split(",") if isinstance(value, str) else value
    if entries is None:
        return []
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise StepFailed("`approvers` must be a list of e-mail addresses.", error_type="validation")
    return [entry.strip() for entry in entries if entry.strip()]


def decision_of(delivery: JSON | None) -> str:
    """Approved, rejected, or expired as nobody decided in time. Raises StepFailed."""
    if delivery is None:
        return EXPIRED
    decision = delivery.get("decision") if isinstance(delivery, Mapping) else None
    if decision not in {APPROVED, REJECTED}:
        raise StepFailed(f"“{decision}” is no decision: approved or rejected.", error_type="validation")
    return str(decision)
