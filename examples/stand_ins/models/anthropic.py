"""Anthropic's protocol."""

from __future__ import annotations

import json
from typing import Any

from examples.stand_ins.models.reply import Reply, pieces, server_sent

_STOPS = {"length": "max_tokens", "filter": "refusal"}


def written(reply: Reply, body: dict[str, Any], _path: str) -> tuple[bytes, str]:
    """The answer, whole or streamed as the request wants it, and its content type."""
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": _blocks(reply, forced=(body.get("tool_choice") or {}).get("name")),
        "stop_reason": "tool_use" if reply.tool_calls else _STOPS.get(reply.finish, "end_turn"),
        "stop_sequence": None,
        "usage": {"input_tokens": reply.prompt_tokens, "output_tokens": reply.completion_tokens},
    }
    if body.get("stream"):
        return server_sent([(event["type"], event) for event in _events(message)]), "text/event-stream"
    return json.dumps(message).encode(), "application/json"


def _blocks(reply: Reply, *, forced: str | None) -> list[dict[str, Any]]:
    """Text and calls; an answer that was forced into a tool is its input, as far as it is JSON."""
    blocks: list[dict[str, Any]] = []
    if forced:
        try:
            blocks.append({"type": "tool_use", "id": "toolu_1", "name": forced, "input": json.loads(reply.text)})
        except ValueError:
            blocks.append({"type": "text", "text": reply.text})
    elif reply.text:
        blocks.append({"type": "text", "text": reply.text})
    calls = [
        {"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": arguments}
        for number, (name, arguments) in enumerate(reply.tool_calls, 2)
    ]
    return [*blocks, *calls]


def _events(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Block by block, and each in pieces."""
    begun = {**message, "content": [], "stop_reason": None, "usage": {**message["usage"], "output_tokens": 1}}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": begun}]
    for index, block in enumerate(message["content"]):
        is_text = block["type"] == "text"
        empty = {**block, "text": ""} if is_text else {**block, "input": {}}
        kind, name = ("text_delta", "text") if is_text else ("input_json_delta", "partial_json")
        parts = pieces(block["text"] if is_text else json.dumps(block["input"]))
        events += [
            {"type": "content_block_start", "index": index, "content_block": empty},
            *({"type": "content_block_delta", "index": index, "delta": {"type": kind, name: one}} for one in parts),
            {"type": "content_block_stop", "index": index},
        ]
    ended = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    usage = {"output_tokens": message["usage"]["output_tokens"]}
    return [*events, {"type": "message_delta", "delta": ended, "usage": usage}, {"type": "message_stop"}]
