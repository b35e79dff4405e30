"""What starts a workflow. Kept in the document for export and import; live as rows of their own."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationInfo, field_validator, model_validator

from backend.common import cron as crons
from backend.common import headers, moments, networks
from backend.common.json import JSON
from backend.workflows.format.base import Part, StepId, described

MAX_CRON_LENGTH = 200
MAX_ZONE_LENGTH = 64
MAX_INTERVAL = 31_536_000  # seconds
MAX_RUNS = 1_000_000_000
MAX_RATE = 100_000  # calls a minute
MAX_CONCURRENCY = 10_000
MAX_NETWORKS = 200
MAX_NETWORK_LENGTH = 50
MIN_WAIT, MAX_WAIT = 0.1, 300  # seconds that a caller waits for its answer

Wait = Annotated[float, Field(ge=MIN_WAIT, le=MAX_WAIT, allow_inf_nan=False)]


class _TriggerBase(Part):
    id: StepId = described("Id", "Unique among the triggers.", examples=["nightly"])
    start_at: StepId | None = described(
        "Start at", "A step to begin with instead of the entry steps.", examples=["fetch"], default=None
    )
    is_active: bool = described("Active", "Whether it starts jobs at all.", default=True)


class ScheduleTrigger(_TriggerBase):
    """Starts the workflow by the clock."""

    type: Literal["schedule"] = described("Type", "Starts by the clock.")
    kind: Literal["cron", "interval", "once"] | None = described(
        "Kind", "Seen from which of “cron”, “every_seconds” and “at” is given.", default=None
    )
    cron: str | None = described(
        "Cron expression",
        "Minute, hour, day of the month, month, day of the week.",
        examples=["0 2 * * *"],
        max_length=MAX_CRON_LENGTH,
        default=None,
    )
    every_seconds: int | None = described(
        "Every", "Seconds between two starts.", examples=[300], ge=1, le=MAX_INTERVAL, default=None
    )
    at: str | None = described("At", "One moment, ISO 8601.", examples=["2030-01-01T08:00:00Z"], default=None)
    timezone: str = described(
        "Time zone",
        "In which the cron expression is read, and moments without an offset.",
        examples=["Europe/Bucharest"],
        max_length=MAX_ZONE_LENGTH,
        default="UTC",
    )
    starts_at: str | None = described(
        "From", "No start before it, ISO 8601.", examples=["2030-01-01T00:00:00Z"], default=None
    )
    ends_at: str | None = described(
        "Until", "No start after it, ISO 8601.", examples=["2030-12-31T23:59:59Z"], default=None
    )
    max_runs: int | None = described("At most", "Runs in all.", examples=[10], ge=1, le=MAX_RUNS, default=None)
    overlap: Literal["skip", "queue", "parallel", "cancel_previous"] = described(
        "While the last run goes on",
        "skip: leave the run out. queue: wait for the last one. parallel: start beside it. cancel_previous: end it.",
        default="queue",
    )
    catch_up: Literal["none", "last", "all"] = described(
        "Runs missed while down", "none: leave them out. last: make up for the last one. all: for each.", default="last"
    )
    jitter_seconds: int = described(
        "Jitter",
        "Starts up to so many seconds later, each schedule by an amount of its own.",
        examples=[60],
        ge=0,
        le=3600,
        default=0,
    )
    context: dict[str, JSON] = described("Input", "The job's input.", examples=[{"region": "eu"}], default_factory=dict)

    @field_validator("cron")
    @classmethod
    def _cron_is_valid(cls, value: str | None) -> str | None:
        return None if value is None else crons.canonical(value)

    @field_validator("timezone")
    @classmethod
    def _timezone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):  # an unknown name, one with odd characters, or a directory
            raise ValueError("not a time zone; use a name such as “Europe/Bucharest” or “UTC”") from None
        return value

    @field_validator("at", "starts_at", "ends_at")
    @classmethod
    def _time_is_iso(cls, value: str | None) -> str | None:
        if value is not None:
            moments.parsed(value)
        return value

    @field_validator("ends_at")
    @classmethod
    def _end_is_later(cls, value: str | None, info: ValidationInfo) -> str | None:
        starts, zone = info.data.get("starts_at"), info.data.get("timezone")
        if value is not None and starts is not None and zone is not None:  # what is missing has its own fault
            start, end = (moments.in_utc(moments.parsed(text), zone=ZoneInfo(zone)) for text in (starts, value))
            moments.check_order(start, end)
        return value

    @model_validator(mode="after")
    def _one_kind(self) -> ScheduleTrigger:
        given = [name for name in ("cron", "every_seconds", "at") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("a schedule needs exactly one of “cron”, “every_seconds” and “at”")
        kind = {"cron": "cron", "every_seconds": "interval", "at": "once"}[given[0]]
        if self.kind not in {None, kind}:
            raise ValueError(f"“{given[0]}” does not go with kind “{self.kind}”")
        return self


class WebhookTrigger(_TriggerBase):
    """Starts the workflow when its address is called."""

    type: Literal["webhook"] = described("Type", "Starts when its address is called.")
    methods: list[Literal["GET", "POST", "PUT", "PATCH", "DELETE"]] = described(
        "Methods", "HTTP methods that it answers.", examples=[["POST"]], min_length=1, default_factory=lambda: ["POST"]
    )
    auth: Literal["none", "hmac", "bearer", "basic", "standard", "github", "stripe", "slack", "shopify"] = described(
        "Authentication", "How a caller proves who it is; none: whoever knows the address.", default="none"
    )
    respond: Literal["immediately", "when_finished", "streaming"] = described(
        "Answer", "At once, when the job has finished, or as it goes.", default="immediately"
    )
    timeout: Wait = described(
        "Wait at most",
        "Seconds that a caller waits for the job's answer. Then, or when the job waits for a person, it gets 202.",
        examples=[30],
        default=30.0,
    )
    rate_limit: int | None = described("Rate limit", "Calls a minute.", examples=[60], ge=1, le=MAX_RATE, default=None)
    concurrency: int | None = described(
        "Jobs at the same time", "Further calls get 429.", examples=[5], ge=1, le=MAX_CONCURRENCY, default=None
    )
    ip_allow: list[Annotated[str, Field(max_length=MAX_NETWORK_LENGTH)]] = described(
        "Allowed addresses",
        "CIDRs; empty: all.",
        examples=[["203.0.113.0/24"]],
        max_length=MAX_NETWORKS,
        default_factory=list,
    )
    idempotency_header: str = described(
        "Idempotency header",
        "Calls with the same value of this header start one job only.",
        examples=["X-Request-Id"],
        max_length=headers.MAX_NAME_LENGTH,
        default="",
    )

    @field_validator("ip_allow")
    @classmethod
    def _networks_are_some(cls, value: list[str]) -> list[str]:
        networks.canonical(value)  # only a check: documents keep the spelling that people chose
        return value

    @field_validator("idempotency_header")
    @classmethod
    def _header_has_a_name(cls, value: str) -> str:
        return headers.checked_name(value)


class FormTrigger(_TriggerBase):
    """Starts the workflow when a person has filled in the form made from `inputs`."""

    type: Literal["form"] = described("Type", "Starts when a person has filled in the form.")
    title: str = described("Title", "Above the form.", examples=["Order a laptop"], max_length=200, default="")
    description: str = described(
        "Text above the fields",
        "What the form is for.",
        examples=["Your manager decides within a day."],
        max_length=10_000,
        default="",
    )
    access: Literal["public", "members"] = described(
        "Open to", "Whoever knows the address, or members of the organisation only.", default="public"
    )
    respond: Literal["immediately", "when_finished"] = described(
        "Answer", "At once, or when the job has finished.", default="immediately"
    )
    timeout: Wait = described("Wait at most", "Seconds that a person waits.", examples=[30], default=30.0)


class WorkflowTrigger(_TriggerBase):
    """Starts the workflow when a job of another workflow has ended."""

    type: Literal["workflow"] = described("Type", "Starts when a job of another workflow has ended.")
    workflow: str = described(
        "Workflow", "The slug of the workflow whose jobs end.", examples=["nightly-import"], min_length=1, max_length=80
    )
    on: Literal["success", "failure", "always"] = described(
        "When it ended with", "Which endings count.", default="success"
    )


class MailboxTrigger(_TriggerBase):
    """Starts the workflow for each new mail of a mailbox, or for each file in it."""

    type: Literal["mailbox"] = described("Type", "Starts for each new mail of a mailbox.")
    connector: str = described(
        "Connector", "The mailbox, by the slug of its connector.", examples=["inbox"], max_length=60
    )
    folder: str = described("Folder", "Which one is watched.", examples=["INBOX"], max_length=200, default="INBOX")
    every_seconds: int = described("Every", "Seconds between two looks.", examples=[60], ge=5, le=86_400, default=60)
    per: Literal["message", "attachment"] = described(
        "One job for",
        "Each message, or each file attached to one (and each message without any).",
        default="message",
    )
    file_input: str = described(
        "Input for the file",
        "The name of the input that gets the file: the attachment, or the message itself.",
        examples=["document"],
        max_length=100,
        default="",
    )
    senders: list[str] = described(
        "Only from",
        "Addresses, or whole domains as @example.com; mail of others is passed over. Empty: everybody. A sender's "
        "address can be forged.",
        examples=[["@example.com"]],
        max_length=200,
        default_factory=list,
    )
    existing: bool = described(
        "Mail that is there already", "Whether it starts jobs too, when the trigger begins.", default=False
    )
    mark_read: bool = described("Mark as read", "Once its job is there.", default=True)
    move_to: str = described(
        "Move to", "A folder, once its job is there.", examples=["Archive"], max_length=200, default=""
    )


Trigger = Annotated[
    ScheduleTrigger | WebhookTrigger | FormTrigger | WorkflowTrigger | MailboxTrigger, Field(discriminator="type")
]
