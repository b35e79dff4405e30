"""Ollama, by its own protocol."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from backend.catalog.ai import AiError, ChatAnswer, ChatModel, ChatRequest, Message, ModelConfig, Tokens, ToolCall
from backend.catalog.fields import Secret
from backend.common.egress import EgressError
from workers.connectors.ai import _errors
from workers.connectors.ai._openai import functions, schema_in_words

_PROVIDER = "Ollama"


class OllamaConfig(ModelConfig):
    """The form."""

    base_url: str = Field(
        default="http://127.0.0.1:11434", max_length=1000, title="Address", description="Where Ollama listens."
    )
    api_key: Secret | None = Field(default=None, title="API key", description="If a proxy before it wants one.")


class Ollama(ChatModel[OllamaConfig], type="ollama"):
    """Models that Ollama runs on a machine of yours. Its address must be among STEPGRAPH_EGRESS_ALLOW."""

    label = "Ollama"
    icon = "box-model-2"
    Config = OllamaConfig

    @property
    def address(self) -> str:
        """The base URL; the path of its other protocol is not ours."""
        return self.config.base_url.strip().rstrip("/").removesuffix("/v1")

    def chat(self, request: ChatRequest) -> ChatAnswer:
        """One answer."""
        body = self._body(request)
        if request.on_text is not None:
            return self._streamed(request, body)
        data = self._post(request, {**body, "stream": False})
        return _answer(data, body["model"])

    def _post(self, request: ChatRequest, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", **self._authorization()}
        try:
            response = self.outside.http().request(
                "POST",
                f"{self.address}/api/chat",
                headers=headers,
                content=json.dumps(body).encode(),
                timeout=request.timeout,
                cancelled=request.cancelled,
            )
        except EgressError as error:
            raise _errors.of_egress(error, provider=_PROVIDER, address=self.address) from error
        return _read(response.status, response.content, response.headers)

    def _streamed(self, request: ChatRequest, body: dict[str, Any]) -> ChatAnswer:
        """Line by line; the last one counts the tokens."""
        import httpx2

        from backend.common.egress.sdk import guarded_client

        texts: list[str] = []
        last: dict[str, Any] = {}
        client = guarded_client(self.outside.policy, seconds=request.timeout, cancelled=request.cancelled)
        try:
            with (
                client,
                client.stream(
                    "POST", f"{self.address}/api/chat", json={**body, "stream": True}, headers=self._authorization()
                ) as response,
            ):
                if response.status_code != 200:
                    _read(response.status_code, response.read(), response.headers)
                for line in response.iter_lines():
                    last = _merged(last, json.loads(line)) if line.strip() else last
                    texts.append(_take_text(last))
                    if texts[-1] and request.on_text is not None:
                        request.on_text(texts[-1])
        except EgressError as error:
            raise _errors.of_egress(error, provider=_PROVIDER, address=self.address) from error
        except (httpx2.HTTPError, ValueError) as error:
            raise AiError(f"{_PROVIDER} at {self.address}: {error}", error_type="network", retryable=True) from error
        last["message"] = {**(last.get("message") or {}), "content": "".join(texts)}
        return _answer(last, body["model"])

    def _authorization(self) -> dict[str, str]:
        key = self.config.api_key
        return {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        options: dict[str, Any] = {}
        if request.temperature is not None:
            options["temperature"] = request.temperature
        if request.max_tokens is not None:
            options["num_predict"] = request.max_tokens
        body: dict[str, Any] = {
            "model": self.model_of(request),
            "messages": [_message(message) for message in request.messages],
            "options": options,
        }
        if request.tools:
            body["tools"] = functions(request.tools)
        if request.schema is not None and request.tools:  # held to the schema, it could not call anything
            body["messages"].insert(0, {"role": "system", "content": schema_in_words(request.schema)})
        elif request.schema is not None:
            body["format"] = dict(request.schema)
        return body


def _message(message: Message) -> dict[str, Any]:
    made: dict[str, Any] = {"role": message.role, "content": message.text}
    if message.role == "tool" and message.tool_call:
        made["tool_name"] = message.tool_call.name
    if message.tool_calls:
        made["tool_calls"] = [{"function": {"name": c.name, "arguments": c.arguments}} for c in message.tool_calls]
    for file in message.attachments:
        if not file.is_image:
            raise _errors.not_taken(file.name, provider=_PROVIDER, takes="images")
        made.setdefault("images", []).append(base64.b64encode(file.data).decode())
    return made


def _merged(before: Mapping[str, Any], line: Mapping[str, Any]) -> dict[str, Any]:
    if line.get("error"):
        raise AiError(f"{_PROVIDER}: {line['error']}", error_type="http_500", retryable=True)
    earlier, now = before.get("message") or {}, line.get("message") or {}
    calls = [*(earlier.get("tool_calls") or ()), *(now.get("tool_calls") or ())]
    message = {**earlier, **now, **({"tool_calls": calls} if calls else {})}
    return {**before, **line, "message": message}


def _take_text(data: dict[str, Any]) -> str:
    return str(data.get("message", {}).pop("content", "") or "")


def _read(status: int, content: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except ValueError:
        data = None
    if status != 200:
        error = data.get("error") if isinstance(data, dict) else None
        text = error.get("message") if isinstance(error, dict) else error
        raise _errors.of_status(
            status, str(text or content.decode(errors="replace")[:300]), provider=_PROVIDER, headers=dict(headers)
        )
    if not isinstance(data, dict):
        raise AiError(f"{_PROVIDER} did not answer with JSON. Check the address.", error_type="protocol")
    return data


def _answer(data: Mapping[str, Any], model: str) -> ChatAnswer:
    message = data.get("message") or {}
    tokens = Tokens(data.get("prompt_eval_count") or 0, data.get("eval_count") or 0)
    calls = tuple(
        ToolCall(f"call_{index}", call["function"]["name"], dict(call["function"].get("arguments") or {}))
        for index, call in enumerate(message.get("tool_calls") or ())
    )
    finish: Any = "tools" if calls else "length" if data.get("done_reason") == "length" else "stop"
    return ChatAnswer(message.get("content") or "", data.get("model") or model, tokens, calls, finish)
