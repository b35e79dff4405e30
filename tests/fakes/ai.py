"""One server that speaks the wire formats of all model providers to their real libraries, and logs what it was sent."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from examples.stand_ins.models import Reply, failed, written
from examples.stand_ins.models.gemini import SIGNATURE

PROVIDERS = ["openai", "azure_openai", "gemini", "ollama", "lm_studio", "openai_compatible", "anthropic"]


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
        if reply.status != 200:
            self._send(reply.status, json.dumps(failed(provider, reply)).encode(), "application/json", reply.headers)
            return
        data, content_type = written(provider, reply, body=body, path=self.path)
        self._send(200, data, content_type, reply.headers)

    def _send(self, status: int, data: bytes, content_type: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the base class's name
        pass


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
