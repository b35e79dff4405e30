"""Telegram, by a bot."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from backend.catalog.connectors import ConnectorConfig
from backend.catalog.fields import Secret
from workers.connectors.notifications._base import Delivery, Message, Notifier

_LONGEST = 4_096  # characters that Telegram takes


class TelegramConfig(ConnectorConfig):
    """The form of a bot."""

    bot_token: Secret = Field(title="Bot token", description="From @BotFather.")
    chat_id: str | int = Field(title="Chat", description="The chat that messages go to.", examples=["-1001234567890"])
    base_url: str = Field(
        default="https://api.telegram.org", title="Base address", description="Of a Bot API server of your own."
    )


class Telegram(Notifier[TelegramConfig], type="telegram"):
    """Sends messages from a Telegram bot."""

    label = "Telegram"
    icon = "brand-telegram"
    Config = TelegramConfig

    def send(self, message: Message, recipients: Sequence[str]) -> list[Delivery]:
        """To each chat."""
        token = self.config.bot_token.get_secret_value()
        url = f"{self.config.base_url.rstrip('/')}/bot{token}/sendMessage"
        text = message.whole[:_LONGEST]
        chats = recipients or [str(self.config.chat_id)]
        return [self.post(url, {"chat_id": chat, "text": text}, recipient=chat, secrets=(token,)) for chat in chats]
