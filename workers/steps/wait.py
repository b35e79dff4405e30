"""The `wait` step: lets time pass, or waits for an event."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import Field

from backend.catalog.fields import TextTemplate
from backend.catalog.steps import Config, Result, StepContext, StepFailed, StepType, Wait
from backend.common.json import JSON
from backend.common.problems import Problem

_LONGEST_SECONDS = 366 * 86_400.0


class WaitConfig(Config):
    """The form of a wait."""

    seconds: float | None = Field(
        default=None,
        ge=0,
        le=_LONGEST_SECONDS,
        title="Seconds",
        description="How long to wait. With an event: how long at most.",
        examples=[3600],
    )
    until: TextTemplate | None = Field(
        default=None,
        title="Until",
        description="A moment, as ISO 8601; without an offset it is UTC. With an event: the latest moment.",
        examples=["{{ order.ships_at }}"],
    )
    event: TextTemplate | None = Field(
        default=None,
        min_length=1,
        title="Event",
        description="The name of an event that another workflow or program sends; its payload is the result.",
        examples=["payment/{{ order_id }}"],
    )


class WaitStep(StepType[WaitConfig], type="wait"):
    """Waits for some time, until a moment, or for an event; meanwhile the job occupies no worker."""

    label = "Wait"
    icon = "clock-pause"
    category = "Flow"
    color = "cyan"
    Config = WaitConfig
    pure = True  # beginning to wait touches nothing outside

    @classmethod
    def check(cls, config: WaitConfig) -> list[Problem]:
        """Something must end it, and only one moment."""
        if config.seconds is not None and config.until is not None:
            return [Problem("A wait takes `seconds` or `until`.", path="until", hint="Remove one of them.")]
        if config.seconds is None and config.until is None and config.event is None:
            hint = "Say how long to wait, or for what."
            return [Problem("A wait needs `seconds`, `until` or `event`.", path="seconds", hint=hint)]
        return []

    def run(self, config: WaitConfig, context: StepContext) -> Wait:
        """Begins to wait."""
        until = _moment(config.until)
        if config.event is None:
            return Wait("It waits for its time", until=until, after=config.seconds)
        name = config.event.strip()
        if not name or len(name) > 200:
            raise StepFailed("The name of an event has 1 to 200 characters.", error_type="validation")
        reason = f"It waits for the event “{name}”"
        return Wait(reason, until=until, after=config.seconds, signal="event", data={"name": name})

    def resumed(self, config: WaitConfig, context: StepContext, delivery: JSON | None) -> Result:
        """Gives the event's payload, or when the wait was over."""
        if delivery is not None:
            return Result(delivery["payload"])
        if config.event is not None:
            raise StepFailed(
                f"The event “{config.event}” did not come in time.",
                error_type="timeout",
                hint="Wait longer, or let the flow go on by `on_error` or an error branch.",
            )
        return Result(datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"))


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # the latter at the ends of time
        message = f"`until` must be a moment such as 2030-01-31T08:00:00Z, but it is “{text[:60]}”."
        raise StepFailed(message, error_type="validation") from None
