"""Google Gemini."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pydantic import Field

from backend.catalog.ai import AiError, ChatAnswer, ChatModel, ChatRequest, Message, ModelConfig, Tokens, ToolCall
from backend.catalog.fields import Secret
from workers.connectors.ai import _errors
from workers.connectors.ai._openai import schema_in_words

if TYPE_CHECKING:
    from google import genai

_PROVIDER = "Gemini"
_OWN_ID = "own_"  # begins the ids of calls that came without one
_BLOCKED = frozenset({"SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "RECITATION", "IMAGE_SAFETY"})


class GeminiConfig(ModelConfig):
    """The form."""

    api_key: Secret = Field(title="API key", description="From Google AI Studio.")
    base_url: str = Field(
        default="https://generativelanguage.googleapis.com",
        max_length=1000,
        title="Address",
        description="Change it only for a proxy of your own.",
    )


class Gemini(ChatModel[GeminiConfig], type="gemini"):
    """Models of Google, by the Gemini API."""

    label = "Google Gemini"
    icon = "brand-google"
    Config = GeminiConfig

    def chat(self, request: ChatRequest) -> ChatAnswer:
        """One answer."""
        from google.genai import errors

        _errors.check_address(self.config.base_url, provider=_PROVIDER)
        model = self.model_of(request)
        asked: dict[str, Any] = {"model": model, "contents": _contents(request), "config": _config(request)}
        client = self._client(request)
        try:
            if request.on_text is not None:
                return _streamed(client.models.generate_content_stream(**asked), request, model)
            return _answer([client.models.generate_content(**asked)], model)
        except errors.APIError as error:
            raise _of_status(error) from error
        except AiError:
            raise
        except Exception as error:
            egress = _errors.cause_of(error)
            if egress is None:
                raise
            raise _errors.of_egress(egress, provider=_PROVIDER, address=self.config.base_url) from error
        finally:
            client.close()

    def _client(self, request: ChatRequest) -> genai.Client:
        from google import genai
        from google.genai import types

        from backend.common.egress.sdk import guarded_client

        http = guarded_client(self.outside.policy, seconds=request.timeout, cancelled=request.cancelled)
        options = types.HttpOptions(
            base_url=self.config.base_url.rstrip("/"),
            httpx_client=http,
            timeout=int(request.timeout * 1000),
            retry_options=types.HttpRetryOptions(attempts=1),
        )
        return genai.Client(api_key=self.config.api_key.get_secret_value(), vertexai=False, http_options=options)


def _config(request: ChatRequest) -> dict[str, Any]:
    made: dict[str, Any] = {}
    said = [message.text for message in request.messages if message.role == "system"]
    if request.schema is not None and request.tools:  # it refuses its JSON mode beside tools
        said.append(schema_in_words(request.schema))
    if said:
        made["system_instruction"] = "\n\n".join(said)
    if request.temperature is not None:
        made["temperature"] = request.temperature
    if request.max_tokens is not None:
        made["max_output_tokens"] = request.max_tokens
    if request.tools:
        functions = [
            {"name": tool.name, "description": tool.description, "parameters_json_schema": dict(tool.parameters)}
            for tool in request.tools
        ]
        made["tools"] = [{"function_declarations": functions}]
        made["automatic_function_calling"] = {"disable": True}
    elif request.schema is not None:
        made |= {"response_mime_type": "application/json", "response_json_schema": dict(request.schema)}
    return made


def _contents(request: ChatRequest) -> list[Any]:
    """The messages; what was answered to calls of the same turn must stand in one of them."""
    from google.genai import types

    made: list[Any] = []
    for role, group in groupby((m for m in request.messages if m.role != "system"), key=lambda message: message.role):
        parts = [list(_parts(message)) for message in group]
        together = [[part for each in parts for part in each]] if role == "tool" else parts
        made += [types.Content(role="model" if role == "assistant" else "user", parts=one) for one in together]
    return made


def _parts(message: Message) -> Iterator[Any]:
    from google.genai import types

    if message.role == "tool":
        call = message.tool_call or ToolCall("", "", {})
        response = types.FunctionResponse(id=_given_id(call), name=call.name, response={"result": message.text})
        yield types.Part(function_response=response)
        return
    if message.text:
        yield types.Part.from_text(text=message.text)
    for file in message.attachments:
        yield types.Part.from_bytes(data=file.data, mime_type=file.content_type)
    for call in message.tool_calls:
        wanted = types.FunctionCall(id=_given_id(call), name=call.name, args=call.arguments)
        signature = base64.b64decode(call.signature) if call.signature else None
        yield types.Part(function_call=wanted, thought_signature=signature)


def _given_id(call: ToolCall) -> str | None:
    """The provider's own id; it knows no other."""
    return None if call.id.startswith(_OWN_ID) else call.id


def _streamed(chunks: Any, request: ChatRequest, model: str) -> ChatAnswer:
    gathered = []
    for chunk in chunks:
        gathered.append(chunk)
        text = _text(chunk)
        if text and request.on_text is not None:
            request.on_text(text)
    return _answer(gathered, model)


def _answer(chunks: list[Any], model: str) -> ChatAnswer:
    last = chunks[-1] if chunks else None
    usage = getattr(last, "usage_metadata", None)
    thought = getattr(usage, "thoughts_token_count", None) or 0
    tokens = Tokens(
        getattr(usage, "prompt_token_count", None) or 0, (getattr(usage, "candidates_token_count", None) or 0) + thought
    )
    finish = _finish(chunks)
    calls = tuple(_calls(chunks))
    text = "".join(_text(chunk) for chunk in chunks)
    if finish in _BLOCKED or (not text and not calls and finish == "BLOCKED"):
        error = _errors.refused(_PROVIDER)
        error.tokens = tokens
        raise error
    return ChatAnswer(
        text,
        getattr(last, "model_version", None) or model,
        tokens,
        calls,
        "tools" if calls else "length" if finish == "MAX_TOKENS" else "stop",
    )


def _finish(chunks: list[Any]) -> str:
    for chunk in reversed(chunks):
        feedback = getattr(chunk, "prompt_feedback", None)
        if feedback is not None and feedback.block_reason:
            return "BLOCKED"
        for candidate in chunk.candidates or ():
            if candidate.finish_reason:
                return str(getattr(candidate.finish_reason, "value", candidate.finish_reason))
    return "STOP"


def _answer_parts(chunk: Any) -> Iterator[Any]:
    for candidate in (chunk.candidates or ())[:1]:
        yield from (candidate.content.parts or ()) if candidate.content else ()


def _text(chunk: Any) -> str:
    return "".join(part.text for part in _answer_parts(chunk) if part.text and not part.thought)


def _calls(chunks: list[Any]) -> Iterator[ToolCall]:
    parts = [part for chunk in chunks for part in _answer_parts(chunk) if part.function_call is not None]
    for index, part in enumerate(parts):
        call = part.function_call
        signature = base64.b64encode(part.thought_signature).decode() if part.thought_signature else ""
        yield ToolCall(call.id or f"{_OWN_ID}{index}", call.name or "", dict(call.args or {}), signature)


def _of_status(error: Any) -> AiError:
    response = getattr(error, "response", None)
    headers = {name.lower(): value for name, value in getattr(response, "headers", {}).items()}
    message = str(error.message or "")
    if error.code == 400 and "API key not valid" in message:  # what it says instead of 401
        return _errors.of_status(401, message, provider=_PROVIDER)
    return _errors.of_status(error.code, message, provider=_PROVIDER, headers=headers)
