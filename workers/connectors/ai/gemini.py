"""Google Gemini."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import Field

from backend.catalog.ai import AiError, ChatAnswer, ChatModel, ChatRequest, Message, ModelConfig, Tokens, ToolCall
from backend.catalog.fields import Secret
from workers.connectors.ai import _errors

if TYPE_CHECKING:
    from google import genai

_PROVIDER = "Gemini"
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
    system = "\n\n".join(message.text for message in request.messages if message.role == "system")
    if system:
        made["system_instruction"] = system
    if request.temperature is not None:
        made["temperature"] = request.temperature
    if request.max_tokens is not None:
        made["max_output_tokens"] = request.max_tokens
    if request.schema is not None:
        made |= {"response_mime_type": "application/json", "response_json_schema": dict(request.schema)}
    if request.tools:
        functions = [
            {"name": tool.name, "description": tool.description, "parameters_json_schema": dict(tool.parameters)}
            for tool in request.tools
        ]
        made["tools"] = [{"function_declarations": functions}]
        made["automatic_function_calling"] = {"disable": True}
    return made


def _contents(request: ChatRequest) -> list[Any]:
    from google.genai import types

    return [
        types.Content(role="model" if message.role == "assistant" else "user", parts=list(_parts(message)))
        for message in request.messages
        if message.role != "system"
    ]


def _parts(message: Message) -> Iterator[Any]:
    from google.genai import types

    if message.role == "tool":
        name = message.tool_call.name if message.tool_call else ""
        yield types.Part.from_function_response(name=name, response={"result": message.text})
        return
    if message.text:
        yield types.Part.from_text(text=message.text)
    for file in message.attachments:
        yield types.Part.from_bytes(data=file.data, mime_type=file.content_type)
    for call in message.tool_calls:
        yield types.Part.from_function_call(name=call.name, args=call.arguments)


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
    calls = tuple(call for chunk in chunks for call in _calls(chunk))
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


def _calls(chunk: Any) -> Iterator[ToolCall]:
    for index, part in enumerate(_answer_parts(chunk)):
        call = part.function_call
        if call is not None:
            yield ToolCall(call.id or f"call_{index}", call.name or "", dict(call.args or {}))


def _of_status(error: Any) -> AiError:
    response = getattr(error, "response", None)
    headers = {name.lower(): value for name, value in getattr(response, "headers", {}).items()}
    message = str(error.message or "")
    if error.code == 400 and "API key not valid" in message:  # what it says instead of 401
        return _errors.of_status(401, message, provider=_PROVIDER)
    return _errors.of_status(error.code, message, provider=_PROVIDER, headers=headers)
