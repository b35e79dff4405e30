"""Anthropic. Its library is an extra: `pip install stepgraph[anthropic]`."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pydantic import Field

from backend.catalog.ai import (
    AiError,
    Attachment,
    ChatAnswer,
    ChatModel,
    ChatRequest,
    Message,
    ModelConfig,
    Tokens,
    ToolCall,
)
from backend.catalog.fields import Secret
from backend.common.egress import EgressError
from workers.connectors.ai import _errors

if TYPE_CHECKING:
    from anthropic import Anthropic as Client

_PROVIDER = "Anthropic"
_MAX_TOKENS = 4096  # its API wants a number
_ANSWER = "give_the_answer"  # the tool by which a schema is imposed: calling it is giving the answer


class AnthropicConfig(ModelConfig):
    """The form."""

    api_key: Secret = Field(title="API key", description="From the console; begins with sk-ant-.")
    base_url: str = Field(
        default="https://api.anthropic.com",
        max_length=1000,
        title="Address",
        description="Change it only for a proxy of your own.",
    )


class AnthropicModel(ChatModel[AnthropicConfig], type="anthropic"):
    """Claude models of Anthropic. Needs the extra `anthropic` to be installed."""

    label = "Anthropic"
    icon = "sparkles"
    Config = AnthropicConfig

    def chat(self, request: ChatRequest) -> ChatAnswer:
        """One answer."""
        try:
            import anthropic
        except ImportError as error:
            hint = "Install it where the workers run: pip install 'stepgraph[anthropic]'."
            raise AiError("The library for Anthropic is not installed.", error_type="setup", hint=hint) from error
        _errors.check_address(self.config.base_url, provider=_PROVIDER)
        body = _body(request, self.model_of(request))
        try:
            with self._client(request) as client:
                if request.on_text is not None:
                    return _streamed(client, request, body)
                return _answer(client.messages.create(**body))
        except anthropic.APIStatusError as error:
            raise _of_status(error) from error
        except (anthropic.APIError, EgressError) as error:
            egress = _errors.cause_of(error)
            if egress is not None:
                raise _errors.of_egress(egress, provider=_PROVIDER, address=self.config.base_url) from error
            message = f"{_PROVIDER} at {self.config.base_url}: {error}"
            raise AiError(message, error_type="network", retryable=True) from error

    def _client(self, request: ChatRequest) -> Client:
        from anthropic import Anthropic as Client

        from backend.common.egress.sdk import guarded_client

        return Client(
            api_key=self.config.api_key.get_secret_value(),
            base_url=self.config.base_url.rstrip("/"),
            max_retries=0,
            timeout=request.timeout,
            http_client=guarded_client(self.outside.policy, seconds=request.timeout, cancelled=request.cancelled),
        )


def _body(request: ChatRequest, model: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": model,
        "max_tokens": request.max_tokens or _MAX_TOKENS,
        "messages": _messages(request),
    }
    system = "\n\n".join(message.text for message in request.messages if message.role == "system")
    if system:
        body["system"] = system
    if request.temperature is not None:
        body["extra_body"] = {"temperature": request.temperature}  # of older models: the library has no word for it
    tools = [
        {"name": tool.name, "description": tool.description, "input_schema": dict(tool.parameters)}
        for tool in request.tools
    ]
    if request.schema is not None:
        tools.append({"name": _ANSWER, "description": "Gives the answer.", "input_schema": _object(request.schema)})
        body["tool_choice"] = {"type": "any"} if request.tools else {"type": "tool", "name": _ANSWER}
    if tools:
        body["tools"] = tools
    return body


def _object(schema: Any) -> dict[str, Any]:
    return {"type": "object", **dict(schema)}


def _messages(request: ChatRequest) -> list[dict[str, Any]]:
    """The messages; what was answered to calls of the same turn must stand in one of them."""
    made: list[dict[str, Any]] = []
    for role, group in groupby((m for m in request.messages if m.role != "system"), key=lambda message: message.role):
        blocks = [list(_blocks(message)) for message in group]
        together = [[block for each in blocks for block in each]] if role == "tool" else blocks
        made += [{"role": "user" if role == "tool" else role, "content": one} for one in together]
    return made


def _blocks(message: Message) -> Iterator[dict[str, Any]]:
    if message.role == "tool":
        call = message.tool_call
        yield {"type": "tool_result", "tool_use_id": call.id if call else "", "content": message.text}
        return
    yield from (_block(file) for file in message.attachments)
    if message.text:
        yield {"type": "text", "text": message.text}
    for call in message.tool_calls:
        yield {"type": "tool_use", "id": call.id, "name": call.name, "input": call.arguments}


def _block(file: Attachment) -> dict[str, Any]:
    source = {"type": "base64", "media_type": file.content_type, "data": base64.b64encode(file.data).decode()}
    if file.is_image:
        return {"type": "image", "source": source}
    if file.content_type == "application/pdf":
        return {"type": "document", "source": source}
    raise _errors.not_taken(file.name, provider=_PROVIDER, takes="images and PDF")


def _streamed(client: Client, request: ChatRequest, body: dict[str, Any]) -> ChatAnswer:
    with client.messages.stream(**body) as stream:
        for text in stream.text_stream:
            if request.on_text is not None:
                request.on_text(text)
        return _answer(stream.get_final_message())


def _answer(message: Any) -> ChatAnswer:
    tokens = Tokens(message.usage.input_tokens, message.usage.output_tokens)
    if message.stop_reason == "refusal":
        error = _errors.refused(_PROVIDER)
        error.tokens = tokens
        raise error
    text = "".join(block.text for block in message.content if block.type == "text")
    uses = [block for block in message.content if block.type == "tool_use"]
    given = next((block.input for block in uses if block.name == _ANSWER), None)
    calls = tuple(ToolCall(block.id, block.name, dict(block.input)) for block in uses if block.name != _ANSWER)
    if given is not None and not calls:  # beside calls it is premature
        return ChatAnswer(json.dumps(given, ensure_ascii=False), message.model, tokens)
    finish: Any = "tools" if calls else "length" if message.stop_reason == "max_tokens" else "stop"
    return ChatAnswer(text, message.model, tokens, calls, finish)


def _of_status(error: Any) -> AiError:
    body: Any = error.body if isinstance(error.body, dict) else {}
    inner: Any = body.get("error") if isinstance(body.get("error"), dict) else {}
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    return _errors.of_status(
        error.status_code, str(inner.get("message") or error.message), provider=_PROVIDER, headers=headers
    )
