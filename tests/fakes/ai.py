"""One server that speaks the wire formats of all model providers to their real libraries, and logs what it was sent."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PROVIDERS = ["openai", "azure_openai", "gemini", "ollama", "lm_studio", "openai_compatible", "anthropic"]


@dataclass
class Reply:
    """What the model says next, or how the provider fails."""

    text: str = ""
    prompt_tokens: int = 11
    completion_tokens: int = 7
    status: int = 200
    error: str = ""
    code: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    tool_calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    finish: str = "stop"  # stop | length | filter


@dataclass
class Asked:
    """A request that came in."""

    provider: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def text(self) -> str:
        """Everything that was sent, to look for words in."""
        return json.dumps(self.body, ensure_ascii=False)


class AiServer(ThreadingHTTPServer):
    """Answers with the scripted replies in turn; the last one stays. `answer` decides by the request instead."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: list[Reply] = [Reply("Hello.")]
        self.answer: Callable[[Asked], Reply] | None = None
        self.asked: list[Asked] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def reply_to(self, asked: Asked) -> Reply:
        with self.lock:
            self.asked.append(asked)
            if self.answer is not None:
                return self.answer(asked)
            return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # clients of these tests hang up in the middle

    def config(self, provider: str) -> dict[str, Any]:
        """The settings of a connector of that type for this server."""
        key = "sk-test-key-0123456789"
        return {
            "openai": {"api_key": key, "base_url": f"{self.url}/openai/v1", "model": "gpt-4o-mini"},
            "azure_openai": {
                "endpoint": f"{self.url}/azure", "api_key": key, "deployment": "depl", "api_version": "2024-10-21",
                "model": "gpt-4o-mini",
            },
            "gemini": {"api_key": key, "base_url": f"{self.url}/gemini", "model": "gemini-2.5-flash"},
            "ollama": {"base_url": f"{self.url}/ollama", "model": "llama3.2"},
            "lm_studio": {"base_url": f"{self.url}/lm_studio/v1", "model": "qwen3"},
            "openai_compatible": {"base_url": f"{self.url}/compatible/v1", "api_key": key, "model": "some-model"},
            "anthropic": {"api_key": key, "base_url": f"{self.url}/anthropic", "model": "claude-test"},
        }[provider]  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    server: AiServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")
        provider = self.path.split("/")[1]
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.reply_to(Asked(provider, self.path, headers, body))
        fault = tool_fault(provider, body)
        reply = Reply(status=400, error=fault) if fault else reply
        time.sleep(reply.delay)
        wire = {"gemini": _gemini, "ollama": _ollama, "anthropic": _anthropic}.get(provider, _openai)
        if reply.status != 200:
            self._send(reply.status, json.dumps(_error(provider, reply)).encode(), "application/json", reply.headers)
            return
        data, content_type = wire(reply, body, self.path)
        self._send(200, data, content_type, reply.headers)

    def _send(self, status: int, data: bytes, content_type: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the base class's name
        pass


def _error(provider: str, reply: Reply) -> dict[str, Any]:
    if provider == "ollama":
        return {"error": reply.error}
    if provider == "gemini":
        return {"error": {"code": reply.status, "message": reply.error, "status": reply.code or "INTERNAL"}}
    if provider == "anthropic":
        return {"type": "error", "error": {"type": reply.code or "api_error", "message": reply.error}}
    return {"error": {"message": reply.error, "type": "error", "param": None, "code": reply.code or None}}


def tool_fault(provider: str, body: dict[str, Any]) -> str:
    """What the providers refuse: calls of tools that are not answered, one by one, in the very next message."""
    return {"gemini": _fault_gemini, "anthropic": _fault_anthropic, "ollama": _fault_ollama}.get(
        provider, _fault_openai
    )(body)


def _fault_openai(body: dict[str, Any]) -> str:
    messages = body.get("messages") or []
    for index, message in enumerate(messages):
        wanted = [call["id"] for call in message.get("tool_calls") or ()]
        given = [one.get("tool_call_id") for one in messages[index + 1 : index + 1 + len(wanted)]]
        if wanted != given:
            return "An assistant message with 'tool_calls' must be followed by tool messages for each 'tool_call_id'."
        if message.get("role") == "tool" and not message.get("tool_call_id"):
            return "Missing parameter 'tool_call_id'."
    return ""


def _fault_gemini(body: dict[str, Any]) -> str:
    contents = body.get("contents") or []
    if body.get("tools") and (body.get("generationConfig") or {}).get("responseMimeType") == "application/json":
        return "Function calling with a response mime type: 'application/json' is unsupported"
    for index, content in enumerate(contents):
        calls = [part for part in content["parts"] if "functionCall" in part]
        if not calls:
            continue
        following = contents[index + 1]["parts"] if index + 1 < len(contents) else []
        if calls[0].get("thoughtSignature") != SIGNATURE:
            return "Function call is missing a thought_signature in functionCall parts."
        if [p.get("functionResponse", {}).get("name") for p in following] != [p["functionCall"]["name"] for p in calls]:
            return "The number of function response parts must be equal to that of the function call turn."
    return ""


def _fault_anthropic(body: dict[str, Any]) -> str:
    messages = body.get("messages") or []
    for index, message in enumerate(messages):
        blocks = message["content"] if isinstance(message["content"], list) else []
        wanted = [block["id"] for block in blocks if block["type"] == "tool_use"]
        following = messages[index + 1]["content"] if wanted and index + 1 < len(messages) else []
        if wanted != [block.get("tool_use_id") for block in following]:
            return "`tool_use` ids were found without `tool_result` blocks immediately after."
        if wanted and not body.get("tools"):
            return "Requests which include `tool_use` blocks must define tools."
    return ""


def _fault_ollama(body: dict[str, Any]) -> str:
    for message in body.get("messages") or []:
        if message.get("role") == "tool" and not message.get("tool_name"):
            return "a message of a tool names it"
        if any(not isinstance(call["function"]["arguments"], dict) for call in message.get("tool_calls") or ()):
            return "arguments are an object"
    return ""


SIGNATURE = "c2lnbmVkIGJ5IHRoZSBtb2RlbA=="


def _pieces(text: str) -> list[str]:
    return [text[start : start + 5] for start in range(0, len(text), 5)]


def _sse(events: list[tuple[str, Any]]) -> bytes:
    lines = ""
    for name, data in events:
        lines += (
            f"event: {name}\n" if name else ""
        ) + f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n"
    return lines.encode()


def _openai(reply: Reply, body: dict[str, Any], path: str) -> tuple[bytes, str]:
    calls = [
        {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": _arguments(arguments)}}
        for number, (name, arguments) in enumerate(reply.tool_calls)
    ]
    finish = "tool_calls" if calls else {"filter": "content_filter"}.get(reply.finish, reply.finish)
    usage = {
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.completion_tokens,
        "total_tokens": reply.prompt_tokens + reply.completion_tokens,
    }
    head = {"id": "chatcmpl-1", "created": 1, "model": body.get("model", "")}
    if not body.get("stream"):
        message = {"role": "assistant", "content": reply.text or None, **({"tool_calls": calls} if calls else {})}
        choice = {"index": 0, "message": message, "finish_reason": finish}
        whole = {**head, "object": "chat.completion", "choices": [choice], "usage": usage}
        return json.dumps(whole).encode(), "application/json"
    chunk = {**head, "object": "chat.completion.chunk"}
    events: list[tuple[str, Any]] = [
        ("", {**chunk, "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
        for piece in _pieces(reply.text)
    ]
    for number, call in enumerate(calls):  # the name first, then the arguments piece by piece
        function = call["function"]
        first = {**call, "index": number, "function": {"name": function["name"], "arguments": ""}}
        deltas = [first] + [{"index": number, "function": {"arguments": p}} for p in _pieces(function["arguments"])]
        events += [
            ("", {**chunk, "choices": [{"index": 0, "delta": {"tool_calls": [delta]}, "finish_reason": None}]})
            for delta in deltas
        ]
    events.append(("", {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}))
    if (body.get("stream_options") or {}).get("include_usage"):
        events.append(("", {**chunk, "choices": [], "usage": usage}))
    return _sse([*events, ("", "[DONE]")]), "text/event-stream"


def _arguments(value: Any) -> str:
    """As text; a model may write what is no JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def _gemini(reply: Reply, body: dict[str, Any], path: str) -> tuple[bytes, str]:
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
    events: list[tuple[str, Any]] = [("", answer([{"text": piece}])) for piece in _pieces(reply.text)]
    events += [("", answer([call])) for call in calls]
    events.append(("", {**answer([{"text": ""}], finishReason=finish), "usageMetadata": usage}))
    return _sse(events), "text/event-stream"


def _ollama(reply: Reply, body: dict[str, Any], path: str) -> tuple[bytes, str]:
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
        {**head, "message": {"role": "assistant", "content": piece}, "done": False} for piece in _pieces(reply.text)
    ]
    lines += [
        {**head, "message": {"role": "assistant", "content": "", "tool_calls": [call]}, "done": False} for call in calls
    ]
    lines.append({**head, "message": {"role": "assistant", "content": ""}, **end})
    return "".join(json.dumps(line) + "\n" for line in lines).encode(), "application/x-ndjson"


def _anthropic(reply: Reply, body: dict[str, Any], path: str) -> tuple[bytes, str]:
    forced = (body.get("tool_choice") or {}).get("name")
    blocks: list[dict[str, Any]] = []
    if forced:
        try:
            blocks.append({"type": "tool_use", "id": "toolu_1", "name": forced, "input": json.loads(reply.text)})
        except ValueError:
            blocks.append({"type": "text", "text": reply.text})
    elif reply.text:
        blocks.append({"type": "text", "text": reply.text})
    blocks += [
        {"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": arguments}
        for number, (name, arguments) in enumerate(reply.tool_calls, 2)
    ]
    stop = (
        "tool_use" if reply.tool_calls else {"length": "max_tokens", "filter": "refusal"}.get(reply.finish, "end_turn")
    )
    usage = {"input_tokens": reply.prompt_tokens, "output_tokens": reply.completion_tokens}
    message = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": body["model"], "content": blocks,
        "stop_reason": stop, "stop_sequence": None, "usage": usage,
    }  # fmt: skip
    if not body.get("stream"):
        return json.dumps(message).encode(), "application/json"
    begun = {**message, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": begun}]
    for index, block in enumerate(blocks):
        is_text = block["type"] == "text"
        empty = {**block, **({"text": ""} if is_text else {"input": {}})}
        events.append({"type": "content_block_start", "index": index, "content_block": empty})
        kind, name = ("text_delta", "text") if is_text else ("input_json_delta", "partial_json")
        pieces = _pieces(block["text"] if is_text else json.dumps(block["input"]))
        events += [
            {"type": "content_block_delta", "index": index, "delta": {"type": kind, name: piece}} for piece in pieces
        ]
        events.append({"type": "content_block_stop", "index": index})
    ended = {"stop_reason": stop, "stop_sequence": None}
    events += [
        {"type": "message_delta", "delta": ended, "usage": {"output_tokens": reply.completion_tokens}},
        {"type": "message_stop"},
    ]
    return _sse([(event["type"], event) for event in events]), "text/event-stream"


@contextmanager
def ai_server() -> Iterator[AiServer]:
    """A running one for the length of the block."""
    running = AiServer()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running.shutdown()
        running.server_close()
        thread.join()
