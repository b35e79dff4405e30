"""The wire protocol of OpenAI's chat completions, which many providers speak."""

from __future__ import annotations

import base64
import json
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from urllib.parse import urlsplit

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
    ToolSpec,
)
from backend.common.egress import EgressError
from backend.common.json import JSON
from workers.connectors.ai import _errors

if TYPE_CHECKING:
    from openai import OpenAI

C = TypeVar("C", bound=ModelConfig)

_FINISH: dict[str, Any] = {"stop": "stop", "length": "length", "tool_calls": "tools", "content_filter": "filter"}


class OpenAiProtocol(ChatModel[C]):
    """A provider behind this protocol."""

    provider: ClassVar[str]
    sends_files: ClassVar[bool] = False  # PDF and the like as they are, beside images

    @property
    @abstractmethod
    def address(self) -> str:
        """The base URL, for messages."""

    @abstractmethod
    def client(self, request: ChatRequest) -> OpenAI:
        """The library's client, sending through the guard."""

    def chat(self, request: ChatRequest) -> ChatAnswer:
        """One answer; where the provider knows no schemas, once more in its JSON mode."""
        body = self._body(request)
        try:
            return self._call(request, body)
        except AiError as error:
            if request.schema is None or not _knows_no_schema(error):
                raise
        return self._call(request, _in_json_mode(body, request.schema))

    def _call(self, request: ChatRequest, body: dict[str, Any]) -> ChatAnswer:
        import openai

        _errors.check_address(self.address, provider=self.provider)
        try:
            with self.client(request) as client:
                if request.on_text is not None:
                    return self._streamed(client, request, body)
                return self._answer(client.chat.completions.create(**body).model_dump(), body["model"])
        except openai.APIStatusError as error:
            raise _of_status(error, self.provider) from error
        except openai.APITimeoutError as error:
            raise AiError(
                f"{self.provider} at {self.address}: no complete answer within {request.timeout:g} s.",
                error_type="timeout",
                retryable=True,
            ) from error
        except (openai.APIError, EgressError) as error:
            raise self._of_connection(error) from error

    def _of_connection(self, error: Exception) -> AiError:
        egress = _errors.cause_of(error)
        if egress is not None:
            return _errors.of_egress(egress, provider=self.provider, address=self.address)
        return AiError(f"{self.provider} at {self.address}: {error}", error_type="network", retryable=True)

    # --- asking -----------------------------------------------------------------------------------------------------

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.model_of(request),
            "messages": [self._message(message) for message in request.messages],
        }
        if request.temperature is not None:
            body["temperature"] = request.temperature
        if request.max_tokens is not None:
            body[self.max_tokens_name] = request.max_tokens
        if request.schema is not None:
            body["response_format"] = {"type": "json_schema", "json_schema": _named_schema(request.schema)}
        if request.tools:
            body["tools"] = functions(request.tools)
        return body

    max_tokens_name: ClassVar[str] = "max_tokens"

    def _message(self, message: Message) -> dict[str, Any]:
        if message.role == "tool":
            call = message.tool_call
            return {"role": "tool", "tool_call_id": call.id if call else "", "content": message.text}
        made: dict[str, Any] = {"role": message.role, "content": self._content(message)}
        if message.tool_calls:
            made["tool_calls"] = [_sent_call(call) for call in message.tool_calls]
        return made

    def _content(self, message: Message) -> str | list[dict[str, Any]]:
        if not message.attachments:
            return message.text
        return [{"type": "text", "text": message.text}, *(self._part(file) for file in message.attachments)]

    def _part(self, file: Attachment) -> dict[str, Any]:
        address = f"data:{file.content_type};base64,{base64.b64encode(file.data).decode()}"
        if file.is_image:
            return {"type": "image_url", "image_url": {"url": address}}
        if not self.sends_files:
            raise _errors.not_taken(file.name, provider=self.provider, takes="images")
        return {"type": "file", "file": {"filename": file.name, "file_data": address}}

    # --- being answered ---------------------------------------------------------------------------------------------

    def _answer(self, data: Mapping[str, Any], model: str) -> ChatAnswer:
        tokens = _tokens(data.get("usage"))
        choices = data.get("choices") or []
        if not choices:
            raise AiError(f"{self.provider} gave no answer.", error_type="empty", retryable=True, tokens=tokens)
        message = choices[0].get("message") or {}
        finish = _FINISH.get(choices[0].get("finish_reason") or "stop", "stop")
        if message.get("refusal") or finish == "filter":
            error = _errors.refused(self.provider)
            error.tokens = tokens
            raise error
        calls = tuple(_tool_call(call) for call in message.get("tool_calls") or ())
        return ChatAnswer(
            message.get("content") or "", data.get("model") or model, tokens, calls, "tools" if calls else finish
        )

    def _streamed(self, client: OpenAI, request: ChatRequest, body: dict[str, Any]) -> ChatAnswer:
        on_text = request.on_text
        gathered = _Gathered(body["model"])
        create: Any = client.chat.completions.create  # its overloads cannot be told apart from a dict
        with create(**body, stream=True, stream_options={"include_usage": True}) as chunks:
            for chunk in chunks:
                text = gathered.add(chunk.model_dump())
                if text and on_text is not None:
                    on_text(text)
        return self._answer(gathered.whole(), body["model"])


class _Gathered:
    """The pieces of a streamed answer, put together."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._text: list[str] = []
        self._calls: dict[int, dict[str, Any]] = {}
        self._finish: str | None = None
        self._usage: Any = None

    def add(self, chunk: Mapping[str, Any]) -> str:
        """Takes a piece; answers the text in it."""
        self._model = chunk.get("model") or self._model
        self._usage = chunk.get("usage") or self._usage
        text = ""
        for choice in chunk.get("choices") or ():
            delta = choice.get("delta") or {}
            text += delta.get("content") or ""
            self._finish = choice.get("finish_reason") or self._finish
            for call in delta.get("tool_calls") or ():
                self._add_call(call)
        self._text.append(text)
        return text

    def _add_call(self, call: Mapping[str, Any]) -> None:
        known = self._calls.setdefault(call.get("index") or 0, {"id": "", "function": {"name": "", "arguments": ""}})
        known["id"] = call.get("id") or known["id"]
        function = call.get("function") or {}
        known["function"]["name"] += function.get("name") or ""
        known["function"]["arguments"] += function.get("arguments") or ""

    def whole(self) -> dict[str, Any]:
        """The answer as if it had come at once."""
        message = {"content": "".join(self._text), "tool_calls": list(self._calls.values())}
        return {
            "model": self._model,
            "usage": self._usage,
            "choices": [{"message": message, "finish_reason": self._finish}],
        }


def functions(tools: Iterable[ToolSpec]) -> list[dict[str, Any]]:
    """Tools as the protocol describes them."""
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)},
        }
        for tool in tools
    ]


def _sent_call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": json.dumps(call.arguments)}
    return {"id": call.id, "type": "function", "function": function}


def _tokens(usage: Mapping[str, Any] | None) -> Tokens:
    return Tokens((usage or {}).get("prompt_tokens") or 0, (usage or {}).get("completion_tokens") or 0)


def _tool_call(call: Mapping[str, Any]) -> ToolCall:
    function = call.get("function") or {}
    id_, name = call.get("id") or "", function.get("name") or ""
    try:
        arguments = json.loads(function.get("arguments") or "{}")
    except ValueError as error:
        return ToolCall(id_, name, {}, fault=f"its arguments are not JSON: {error}")
    if not isinstance(arguments, dict):
        return ToolCall(id_, name, {}, fault="its arguments are not an object")
    return ToolCall(id_, name, arguments)


def _of_status(error: Any, provider: str) -> AiError:
    body = error.body if isinstance(error.body, Mapping) else {}
    message = str(body.get("message") or body.get("error") or error.message)
    return _errors.of_status(
        error.status_code,
        message,
        provider=provider,
        code=str(error.code or ""),
        headers={name.lower(): value for name, value in error.response.headers.items()},
    )


def _named_schema(schema: Mapping[str, JSON]) -> dict[str, JSON]:
    return {"name": "answer", "schema": dict(schema), "strict": _is_strict(schema)}


def _is_strict(schema: JSON) -> bool:
    """Whether the provider can hold the model to it: every object closed, every field required."""
    if isinstance(schema, list):
        return all(_is_strict(item) for item in schema)
    if not isinstance(schema, Mapping):
        return True
    if schema.get("type") == "object" or "properties" in schema:
        closed = schema.get("additionalProperties") is False
        required = set(schema.get("required", ())) == set(schema.get("properties", {}))
        if not (closed and required):
            return False
    return all(_is_strict(item) for item in schema.values())


def _knows_no_schema(error: AiError) -> bool:
    return error.error_type in {"http_400", "http_422"} and "response_format" in error.message


def _in_json_mode(body: dict[str, Any], schema: Mapping[str, JSON]) -> dict[str, Any]:
    messages: Iterable[Any] = body["messages"]
    asked = {"role": "system", "content": schema_in_words(schema)}
    return {**body, "messages": [asked, *messages], "response_format": {"type": "json_object"}}


def schema_in_words(schema: Mapping[str, JSON]) -> str:
    """The instruction for models that only know that JSON is wanted."""
    return "Answer with one JSON object and nothing else. It must fit this JSON Schema:\n" + json.dumps(dict(schema))


def with_path(url: str, *, default: str = "/v1") -> str:
    """A base URL; one that names only a host gets the usual path."""
    text = url.strip().rstrip("/")
    return text if urlsplit(text).path else text + default
