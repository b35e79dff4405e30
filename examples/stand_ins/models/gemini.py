"""Google's protocol."""

from __future__ import annotations

import json
from typing import Any

from examples.stand_ins.models.reply import Reply, pieces, server_sent

SIGNATURE = "c2lnbmVkIGJ5IHRoZSBtb2RlbA=="  # of every call of a tool; it must come back


def written(reply: Reply, _body: dict[str, Any], path: str) -> tuple[bytes, str]:
    """The answer, whole or streamed as the path wants it, and its content type."""
    finish = {"length": "MAX_TOKENS", "filter": "SAFETY"}.get(reply.finish, "STOP")
    usage = {
        "promptTokenCount": reply.prompt_tokens,
        "candidatesTokenCount": reply.completion_tokens,
        "totalTokenCount": reply.prompt_tokens + reply.completion_tokens,
    }

    def answer(parts: list[Any], **more: Any) -> dict[str, Any]:
        return {
            "candidates": [{"content": {"role": "model", "parts": parts}, **more}],
            "modelVersion": "gemini-2.5-flash",
        }

    calls: list[dict[str, Any]] = [{"functionCall": {"name": n, "args": a}} for n, a in reply.tool_calls]
    if calls:
        calls[0]["thoughtSignature"] = SIGNATURE
    if "streamGenerateContent" not in path:
        parts = ([{"text": reply.text}] if reply.text else []) + calls
        return json.dumps({**answer(parts, finishReason=finish), "usageMetadata": usage}).encode(), "application/json"
    events: list[tuple[str, Any]] = [("", answer([{"text": piece}])) for piece in pieces(reply.text)]
    events += [("", answer([call])) for call in calls]
    events.append(("", {**answer([{"text": ""}], finishReason=finish), "usageMetadata": usage}))
    return server_sent(events), "text/event-stream"
