"""Ollama's protocol."""

from __future__ import annotations

import json
from typing import Any

from examples.stand_ins.models.reply import Reply, pieces


def written(reply: Reply, body: dict[str, Any], _path: str) -> tuple[bytes, str]:
    """The answer, whole or line by line as the request wants it, and its content type."""
    calls = [{"function": {"name": name, "arguments": arguments}} for name, arguments in reply.tool_calls]
    end = {
        "done": True,
        "done_reason": reply.finish,
        "prompt_eval_count": reply.prompt_tokens,
        "eval_count": reply.completion_tokens,
    }
    head = {"model": body.get("model", ""), "created_at": "2026-01-01T00:00:00Z"}
    message = {"role": "assistant", "content": reply.text, **({"tool_calls": calls} if calls else {})}
    if body.get("stream") is False:
        return json.dumps({**head, "message": message, **end}).encode(), "application/json"
    lines = [
        {**head, "message": {"role": "assistant", "content": piece}, "done": False} for piece in pieces(reply.text)
    ]
    lines += [
        {**head, "message": {"role": "assistant", "content": "", "tool_calls": [call]}, "done": False} for call in calls
    ]
    lines.append({**head, "message": {"role": "assistant", "content": ""}, **end})
    return "".join(json.dumps(line) + "\n" for line in lines).encode(), "application/x-ndjson"
