"""The `notification` step: tells people, by one connector or by several at once."""

from __future__ import annotations

import contextvars
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from backend.catalog.fields import Marked, NotificationConnector, TextTemplate, ValueTemplate
from backend.catalog.steps import Config, Result, StepContext, StepFailed, StepType
from backend.common.json import JSON
from backend.common.problems import Problem
from workers.connectors.notifications._base import FAILED, Attachment, Delivery, Message, Notifier, plain

_MOST_CHANNELS = 20
_MOST_RECIPIENTS = 200


def _as_list(value: JSON) -> JSON:
    """Recipients as people write them: one, a list, or several with commas."""
    if isinstance(value, str) and "{{" not in value:
        return [one.strip() for one in value.replace(";", ",").split(",") if one.strip()]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [str(value)]
    return value


def _as_channel(value: JSON) -> JSON:
    return {"connector": value} if isinstance(value, str) else value


Recipients = Annotated[
    list[str] | str | None,
    BeforeValidator(_as_list),
    Field(json_schema_extra={"x-kind": "template", "x-context": "json"}),
]


class Channel(Config):
    """One of several ways to tell it, with what differs there."""

    connector: NotificationConnector = Field(title="Connector", description="By which way.", examples=["team-chat"])
    to: Recipients = Field(
        default=None, title="Recipients", description="Empty: the connector's own.", examples=[["ops@example.com"]]
    )
    subject: TextTemplate | None = Field(
        default=None, title="Subject", description="Empty: the step's.", examples=["{{ count }} failed"]
    )
    body: TextTemplate | None = Field(
        default=None, title="Body", description="Empty: the step's.", examples=["See {{ link }}"]
    )


class NotificationConfig(Config):
    """The form of a notification."""

    connector: NotificationConnector | None = Field(
        default=None, title="Connector", description="By which way.", examples=["team-mail"]
    )
    channels: list[Annotated[Channel, BeforeValidator(_as_channel)]] = Field(
        default_factory=list,
        max_length=_MOST_CHANNELS,
        title="Channels",
        description="Several ways at once, instead of one connector. One that fails stops no other.",
        examples=[[{"connector": "team-chat"}, {"connector": "team-mail", "to": ["ops@example.com"]}]],
    )
    to: Recipients = Field(
        default=None,
        title="Recipients",
        description="E-mail addresses, telephone numbers, chats; one, or a list. Empty: the connector's own.",
        examples=[["ops@example.com"], "{{ customer.email }}"],
    )
    subject: TextTemplate = Field(
        default="", max_length=10_000, title="Subject", description="The heading.", examples=["Import complete"]
    )
    body: TextTemplate = Field(
        default="",
        max_length=1_000_000,
        title="Body",
        description="The text. In HTML, values in templates are escaped.",
        examples=["{{ count }} users imported"],
    )
    format: Literal["text", "html", "markdown"] = Field(
        default="text", title="Format", description="How the body is written.", examples=["html"]
    )
    attachments: ValueTemplate = Field(
        default=None,
        title="Attachments",
        description="Files: one reference, or a list of them.",
        examples=[["{{ report }}"]],
    )
    severity: Literal["info", "warning", "error", "critical"] = Field(
        default="info", title="Severity", description="For channels that know one.", examples=["critical"]
    )
    require: Literal["any", "all"] = Field(
        default="any",
        title="Succeeds if",
        description="any: somebody was reached. all: everybody was.",
        examples=["all"],
    )


@dataclass(frozen=True, slots=True)
class _Job:
    connector: str
    to: tuple[str, ...]
    message: Message
    chosen: bool = False  # one of several channels


class Notification(StepType[NotificationConfig], type="notification"):
    """Sends a message by e-mail, chat, SMS or webhook, and tells what became of it for each recipient."""

    label = "Notification"
    icon = "bell"
    category = "People"
    color = "orange"
    Config = NotificationConfig
    default_timeout = 60.0

    @classmethod
    def check(cls, config: NotificationConfig) -> list[Problem]:
        """One connector or several channels, and something to say."""
        problems = []
        if bool(config.connector) == bool(config.channels):
            hint = "Fill in `connector`, or `channels` for several."
            problems.append(Problem("It needs either a connector or channels.", path="connector", hint=hint))
        by_channels = bool(config.channels) and all(one.subject or one.body for one in config.channels)
        if not (config.subject or config.body or by_channels):
            problems.append(Problem("There is nothing to say.", path="body", hint="Fill in the subject or the body."))
        return problems

    @classmethod
    def context_of(cls, mark: Marked, config: JSON) -> str:
        """In HTML, what templates give is escaped."""
        is_html = isinstance(config, dict) and config.get("format") in {"html", "markdown"}
        return "html" if is_html and mark.path.rpartition(".")[2] == "body" else mark.context

    def run(self, config: NotificationConfig, context: StepContext) -> Result:
        """The deliveries, and how many of them failed."""
        jobs = _jobs(config, context)
        results = _all(jobs, context)
        deliveries = [(job, delivery) for job, found in zip(jobs, results, strict=True) for delivery in found]
        failed = [(job, one) for job, one in deliveries if one.status == FAILED]
        for job, one in failed:
            context.log(f"{job.connector} {one.recipient}: {one.error}", level="warning")
        context.log(f"{len(deliveries) - len(failed)} of {len(deliveries)} delivered")
        if failed and (len(failed) == len(deliveries) or config.require == "all"):
            raise _failure(failed, total=len(deliveries))
        return Result({"deliveries": [_shown(job, one) for job, one in deliveries], "failed": len(failed)})


def _jobs(config: NotificationConfig, context: StepContext) -> list[_Job]:
    channels = config.channels or [Channel(connector=config.connector or "")]
    attachments = _attachments(config.attachments, context)
    base = Message(
        config.subject,
        config.body,
        attachments=attachments,
        severity=config.severity,
        key=context.idempotency_key,
        details={"job": context.job_id, "step": context.path, "workflow": _workflow(context)},
    )
    return [_job(config, channel, base) for channel in channels]


def _job(config: NotificationConfig, channel: Channel, base: Message) -> _Job:
    subject = base.subject if channel.subject is None else channel.subject
    body = base.text if channel.body is None else channel.body
    html = "" if config.format == "text" else _markdown(body) if config.format == "markdown" else body
    text = plain(html) if html and config.format == "html" else body
    to = channel.to if channel.to is not None else config.to
    message = replace(base, subject=subject, text=text, html=html)
    return _Job(channel.connector, _recipients(to), message, chosen=bool(config.channels))


def _recipients(to: list[str] | str | None) -> tuple[str, ...]:
    listed = [to] if isinstance(to, str) else to or []
    if len(listed) > _MOST_RECIPIENTS:
        raise StepFailed(
            f"There are more than {_MOST_RECIPIENTS} recipients.",
            error_type="validation",
            hint="Send to a list address, or go over them in a loop.",
        )
    return tuple(dict.fromkeys(one.strip() for one in listed if one.strip()))


def _attachments(value: JSON, context: StepContext) -> tuple[Attachment, ...]:
    files = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(_attachment(file, context) for file in files)


def _attachment(file: JSON, context: StepContext) -> Attachment:
    if not isinstance(file, dict) or not isinstance(file.get("$file"), str):
        raise StepFailed(
            "An attachment is not a file.",
            error_type="validation",
            hint="Give file references, such as {{ webhook_payload.document }}.",
        )
    name, content_type = str(file.get("name") or "file"), str(file.get("content_type") or "application/octet-stream")
    return Attachment(name, content_type, context.files.open(file))


def _markdown(text: str) -> str:
    import markdown

    return str(markdown.markdown(text, extensions=["tables", "sane_lists"]))


def _workflow(context: StepContext) -> JSON:
    workflow = context.variables.get("workflow")
    return workflow.get("slug") if isinstance(workflow, dict) else None


# --- sending --------------------------------------------------------------------------------------------------------


def _all(jobs: Sequence[_Job], context: StepContext) -> list[list[Delivery]]:
    """Side by side: a channel that hangs holds up no other."""
    with ThreadPoolExecutor(max_workers=min(len(jobs), 8), thread_name_prefix="notify") as pool:
        started = [pool.submit(contextvars.copy_context().run, _send, job, context) for job in jobs]
        return [one.result() for one in started]


def _send(job: _Job, context: StepContext) -> list[Delivery]:
    try:
        notifier = context.connector(job.connector, family="notification")
        if not isinstance(notifier, Notifier):
            return [Delivery("", FAILED, "This connector does not send messages.")]
        if not job.chosen:
            return notifier.send(job.message, job.to)
        with context.calling(job.connector) as call:
            found = notifier.send(job.message, job.to)
            if found and all(one.status == FAILED and one.retryable for one in found):
                call.failed(found[0].error)
            return found
    except StepFailed as failure:
        return [Delivery(one, FAILED, failure.message, failure.retryable) for one in job.to or ("",)]


def _shown(job: _Job, delivery: Delivery) -> dict[str, JSON]:
    shown: dict[str, JSON] = {
        "connector": job.connector,
        "recipient": delivery.recipient or None,
        "status": delivery.status,
    }
    return {**shown, "error": delivery.error} if delivery.error else shown


def _failure(failed: Sequence[tuple[_Job, Delivery]], *, total: int) -> StepFailed:
    told = "; ".join(
        f"{job.connector}{f' ({one.recipient})' if one.recipient else ''}: {one.error}" for job, one in failed
    )
    # When somebody has the message already, another try would send it to them again.
    retryable = len(failed) == total and any(one.retryable for _, one in failed)
    return StepFailed(
        f"{len(failed)} of {total} messages were not delivered. {told}"[:2_000],
        error_type="notification",
        retryable=retryable,
    )
