"""PagerDuty, by its Events API v2."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from backend.catalog.connectors import ConnectorConfig, TestResult
from backend.catalog.fields import Secret
from workers.connectors.notifications._base import Delivery, Message, Notifier

_LONGEST = 1_024  # characters of a summary


class PagerDutyConfig(ConnectorConfig):
    """The form of a PagerDuty service."""

    routing_key: Secret = Field(title="Integration key", description="Of an Events API v2 integration.")
    base_url: str = Field(
        default="https://events.pagerduty.com", title="Base address", description="events.eu.pagerduty.com in Europe."
    )


class PagerDuty(Notifier[PagerDutyConfig], type="pagerduty"):
    """Triggers an incident. The same step of the same job triggers it once, however often it is tried."""

    label = "PagerDuty"
    icon = "urgent"
    Config = PagerDutyConfig

    def send(self, message: Message, recipients: Sequence[str]) -> list[Delivery]:
        """To the service of the key."""
        key = self.config.routing_key.get_secret_value()
        event = {
            "routing_key": key,
            "event_action": "trigger",
            "dedup_key": message.key[:255],
            "payload": {
                "summary": (message.subject or message.text)[:_LONGEST] or "Stepgraph",
                "source": str(message.details.get("workflow") or "stepgraph"),
                "severity": message.severity,
                "custom_details": {"text": message.text, **message.details},
            },
        }
        url = f"{self.config.base_url.rstrip('/')}/v2/enqueue"
        return [self.post(url, event, recipient="", secrets=(key,))]

    def test(self) -> TestResult:
        """Nothing is sent: a test must not wake anybody."""
        return TestResult(True, "The settings are complete. No incident was triggered, so the key was not tried.")
