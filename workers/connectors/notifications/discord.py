"""Discord, by a webhook of a channel."""

from __future__ import annotations

import json
from collections.abc import Sequence

from backend.common.json import JSON
from workers.connectors.notifications._base import Delivery, Message, Notifier
from workers.connectors.notifications._hooks import HookConfig
from workers.http.request import Request

_LONGEST = 2_000  # characters that Discord takes


class Discord(Notifier[HookConfig], type="discord"):
    """Posts to a Discord channel, files included."""

    label = "Discord"
    icon = "brand-discord"
    Config = HookConfig

    def send(self, message: Message, recipients: Sequence[str]) -> list[Delivery]:
        """To the channel of the webhook."""
        text = f"**{message.subject}**\n{message.text}" if message.subject else message.text
        # Data cannot mention everybody.
        body: dict[str, JSON] = {"content": _cut(text), "allowed_mentions": {"parse": []}}
        if not message.attachments:
            return [self.post(self.config.url, body, recipient="")]
        return [self.deliver(_with_files(self.config.url, body, message), recipient="")]


def _with_files(url: str, body: dict[str, JSON], message: Message) -> Request:
    from urllib3 import encode_multipart_formdata

    files = {f"files[{n}]": (one.name, one.content, one.content_type) for n, one in enumerate(message.attachments)}
    content, content_type = encode_multipart_formdata({"payload_json": json.dumps(body), **files})
    return Request("POST", url, {"Content-Type": content_type}, content)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
