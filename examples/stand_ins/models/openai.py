"""OpenAI's protocol, which most model servers speak."""

from __future__ import annotations

import json
from typing import Any

from examples.stand_ins.models.reply import Reply, pieces, server_sent


def written(reply: Reply, body: dict[str, Any], _path: str) -> tuple[bytes, str]:
    """The answer, whole or streamed as the request wants it, and its content type."""
    calls = [_call(number, name, arguments) for number, (name, arguments) in enumerate(reply.tool_calls)]
    finish = "tool_calls" if calls else {"filter": "content_filter"}.get(reply.finish, reply.finish)
    usage = {
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.completion_tokens,
        "total_tokens": reply.prompt_tokens + reply.completion_tokens,
    }
    head = {"id": "chatcmpl-1", "created": 1, "model": body.get("model", "")}
    if body.get("stream"):
        with_usage = bool((body.get("stream_options") or {}).get("include_usage"))
        chunks = [_chunk(head, delta, None) for delta in _deltas(reply.text, calls)] + [_chunk(head, {}, finish)]
        last = [{**head, "object": "chat.completion.chunk", "choices": [], "usage": usage}] if with_usage else []
        events: list[tuple[str, Any]] = [("", one) for one in (*chunks, *last, "[DONE]")]
        return server_sent(events), "text/event-stream"
    message = {"role": "assistant", "content": reply.text or None, **({"tool_calls": calls} if calls else {})}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    whole = {**head, "object": "chat.completion", "choices": [choice], "usage": usage}
    return json.dumps(whole).encode(), "application/json"


def _call(number: int, name: str, arguments: Any) -> dict[str, Any]:
    """Arguments are text; a model may write what is no JSON."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": text}}


def _chunk(head: dict[str, Any], delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {**head, "object": "chat.completion.chunk", "choices": [choice]}


def _deltas(text: str, calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pieces of the text; of each call the name first, then the arguments piece by piece."""
    found: list[dict[str, Any]] = [{"content": piece} for piece in pieces(text)]
    for number, call in enumerate(calls):
        name, arguments = call["function"]["name"], call["function"]["arguments"]
        first = {**call, "index": number, "function": {"name": name, "arguments": ""}}
        rest = [{"index": number, "function": {"arguments": piece}} for piece in pieces(arguments)]
        found += [{"tool_calls": [one]} for one in (first, *rest)]
    return found
