"""Slack, by an incoming webhook."""

from __future__ import annotations

from collections.abc import Sequence

from backend.common.json import JSON
from workers.connectors.notifications._base import Delivery, Message, Notifier
from workers.connectors.notifications._hooks import HookConfig

_LONGEST = 39_000  # characters that Slack takes


class Slack(Notifier[HookConfig], type="slack"):
    """Posts to a Slack channel."""

    label = "Slack"
    icon = "brand-slack"
    Config = HookConfig

    def send(self, message: Message, recipients: Sequence[str]) -> list[Delivery]:
        """To the webhook's own channel, or to each of those named where the webhook may choose."""
        text = _escaped(message.text)
        if message.subject:
            text = f"*{_escaped(message.subject)}*\n{text}"
        body: dict[str, JSON] = {"text": text[:_LONGEST]}
        if not recipients:
            return [self.post(self.config.url, body, recipient="")]
        return [self.post(self.config.url, {**body, "channel": one}, recipient=one) for one in recipients]


def _escaped(text: str) -> str:
    """Data cannot mention everybody: https://api.slack.com/reference/surfaces/formatting#escaping"""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
