"""The `approval` step: lets people decide how the flow goes on."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from backend.catalog.approvals import APPROVED, EXPIRED, REJECTED, Question, addresses, decision_of
from backend.catalog.fields import NotificationConnector, TextTemplate, ValueTemplate
from backend.catalog.steps import Config, Result, StepContext, StepFailed, StepType, Wait
from backend.common.json import JSON


class ApprovalConfig(Config):
    """The form of an approval."""

    approvers: ValueTemplate = Field(
        default=None,
        title="Approvers",
        description="E-mail addresses of those who may decide, as a list or with commas; empty: everybody who may run "
        "the workflow.",
        examples=[["ana@example.com", "{{ manager.email }}"]],
    )
    required: int = Field(
        default=1,
        ge=1,
        le=100,
        title="Approvals needed",
        description="How many of the approvers must approve. It is rejected as soon as that cannot happen any more.",
        examples=[2],
    )
    title: TextTemplate = Field(
        default="",
        max_length=300,
        title="Title",
        description="What it is about, in a line; empty: the workflow's name.",
        examples=["Invoice {{ invoice.number }}"],
    )
    message: TextTemplate = Field(
        default="",
        max_length=10_000,
        title="Message",
        description="What is to be decided, for those who decide.",
        examples=["Pay invoice {{ invoice.number }} over {{ invoice.total }}?"],
    )
    form: dict[str, JSON] | None = Field(
        default=None,
        title="Form",
        description="A JSON Schema of what those who decide may fill in; the values are in the result.",
        examples=[{"type": "object", "properties": {"amount": {"type": "number"}}}],
    )
    files: ValueTemplate = Field(
        default=None,
        title="Documents",
        description="Files that those who decide can look at: one, or a list.",
        examples=[["{{ webhook_payload.document }}"]],
    )
    connector: NotificationConnector | None = Field(
        default=None,
        title="Mail connector",
        description="By which the approvers get their links; empty: the installation's own mail.",
        examples=["team-mail"],
    )
    channels: list[NotificationConnector] = Field(
        default_factory=list,
        max_length=20,
        title="Told as well",
        description="Chats and others that hear of it, with the address of the inbox.",
        examples=[["team-chat"]],
    )
    remind_after: float | None = Field(
        default=None,
        ge=60,
        le=366 * 86_400,
        title="Remind after",
        description="Seconds after which those who have not decided are reminded, again and again; empty: never.",
        examples=[86_400],
    )
    expires_in: float | None = Field(
        default=None,
        gt=0,
        le=366 * 86_400,
        title="Expires after",
        description="Seconds after which the flow goes on by the branch `expired`; empty: never.",
        examples=[86_400],
    )


class Approval(StepType[ApprovalConfig], type="approval"):
    """Asks people for a decision, and takes the branch `approved`, `rejected` or `expired`."""

    label = "Approval"
    icon = "user-check"
    category = "People"
    color = "yellow"
    Config = ApprovalConfig
    pure = True  # beginning to wait touches nothing outside

    @classmethod
    def ports(cls, config: Mapping[str, JSON]) -> tuple[str, ...]:
        """One for each way in which it can end."""
        return APPROVED, REJECTED, EXPIRED

    @classmethod
    def pinned(cls, config: Mapping[str, JSON], output: JSON) -> Result:
        """The branch is that of the decision."""
        decision = output.get("decision") if isinstance(output, Mapping) else output
        return Result(output, port=decision if decision in cls.ports(config) else APPROVED)

    def run(self, config: ApprovalConfig, context: StepContext) -> Wait:
        """Asks, and waits until enough have decided."""
        approvers = addresses(config.approvers)
        if approvers and len(set(approvers)) < config.required:
            raise StepFailed(
                f"{config.required} must approve, and there are only {len(set(approvers))} approvers.",
                error_type="validation",
            )
        question = Question(
            title=config.title,
            message=config.message,
            approvers=approvers,
            required=config.required,
            form=config.form,
            files=_files(config.files),
            mail=config.connector,
            channels=config.channels,
            remind_after=config.remind_after,
            expires_in=config.expires_in,
        )
        return question.wait()

    def resumed(self, config: ApprovalConfig, context: StepContext, delivery: JSON | None) -> Result:
        """Takes the branch of the decision."""
        decision = decision_of(delivery)
        return Result(_result(decision, delivery or {}), port=decision)


def _result(decision: str, delivery: Mapping[str, JSON]) -> dict[str, JSON]:
    return {
        "decision": decision,
        "comment": delivery.get("comment") or "",
        "approver": delivery.get("approver"),
        "form": delivery.get("form") or {},
        "decisions": delivery.get("decisions") or [],
    }


def _files(value: JSON) -> list[JSON]:
    files = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(file, Mapping) and isinstance(file.get("$file"), str) for file in files):
        raise StepFailed("`files` must be references to files.", error_type="validation")
    return files
