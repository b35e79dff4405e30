"""Microsoft Teams, by a webhook of its workflows."""

from __future__ import annotations

from collections.abc import Sequence

from backend.common.json import JSON
from workers.connectors.notifications._base import Delivery, Message, Notifier
from workers.connectors.notifications._hooks import HookConfig

_LONGEST = 20_000  # characters; the whole card may have 28 KB
_COLORS = {"info": "Default", "warning": "Warning", "error": "Attention", "critical": "Attention"}


class Teams(Notifier[HookConfig], type="teams"):
    """Posts a card to a channel of Microsoft Teams."""

    label = "Microsoft Teams"
    icon = "brand-teams"
    Config = HookConfig

    def send(self, message: Message, recipients: Sequence[str]) -> list[Delivery]:
        """To the channel of the webhook."""
        return [self.post(self.config.url, _card(message), recipient="")]


def _card(message: Message) -> JSON:
    text: JSON = {"type": "TextBlock", "text": message.text[:_LONGEST], "wrap": True}
    title: JSON = {
        "type": "TextBlock",
        "text": message.subject,
        "weight": "Bolder",
        "size": "Medium",
        "wrap": True,
        "color": _COLORS.get(message.severity, "Default"),
    }
    content: JSON = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [title, text] if message.subject else [text],
    }
    card: JSON = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    return {"type": "message", "attachments": [card]}
