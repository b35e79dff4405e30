"""The `ai` step: one question to a language model, with a checked answer."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import Field

from backend.catalog.ai import AiError, Attachment, ChatAnswer, ChatModel, ChatRequest, Message, Usage
from backend.catalog.fields import AiConnector, TextTemplate, ValueTemplate
from backend.catalog.steps import Config, Result, StepContext, StepFailed, StepType
from backend.common import schemas
from backend.common.json import JSON
from backend.common.problems import Problem

_FENCE = re.compile(r"```(?:json|JSON)?\s*\n?(.*?)```", re.DOTALL)
_MOST_FILES_BYTES = 20_000_000
_REPAIR = (
    "This answer cannot be used: {fault}\nAnswer again, with one JSON value that fits the schema and nothing else. "
    "The schema: {schema}"
)


class Fallback(Config):
    """A model to take instead."""

    connector: AiConnector | None = Field(
        default=None, title="Connector", description="The same one unless named.", examples=["local"]
    )
    model: str | None = Field(
        default=None,
        max_length=200,
        title="Model",
        description="The connector's own unless named.",
        examples=["gpt-5-nano"],
    )


class AiConfig(Config):
    """The form of a question."""

    connector: AiConnector = Field(
        title="Connector", description="The provider to ask, as set up under Connectors.", examples=["openai"]
    )
    model: str | None = Field(
        default=None,
        max_length=200,
        title="Model",
        description="The connector's own unless named here.",
        examples=["gpt-5-mini"],
    )
    system: TextTemplate = Field(
        default="",
        max_length=200_000,
        title="Instructions",
        description="Who the model is and how it shall work.",
        examples=["You sort incoming post."],
    )
    prompt: TextTemplate = Field(
        min_length=1,
        max_length=2_000_000,
        title="Prompt",
        description="The question. What templates put in is text like any other: the model cannot be kept from "
        "following instructions in it, so give it no powers that a stranger must not have.",
        examples=["What kind of document is this?\n\n{{ document.text }}"],
    )
    files: ValueTemplate = Field(
        default=None,
        title="Files",
        description="A file or a list of files that go along: images, and with some providers PDF.",
        examples=["{{ webhook_payload.scan }}"],
    )
    json_schema: dict[str, Any] | None = Field(
        default=None,
        title="Answer's schema",
        description="A JSON Schema. With it the result is an object that fits it; without it, text.",
        examples=[{"type": "object", "properties": {"type": {"enum": ["invoice", "other"]}}, "required": ["type"]}],
    )
    temperature: float | None = Field(
        default=None, ge=0, le=2, title="Temperature", description="0 is sober. Unset: the provider's.", examples=[0]
    )
    max_tokens: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        title="Most tokens",
        description="Of the answer. Unset: the provider's.",
        examples=[2000],
    )
    stream: bool = Field(
        default=False, title="Stream", description="Writes the answer into the log while it comes.", examples=[True]
    )
    fallbacks: list[Fallback] = Field(
        default_factory=list,
        max_length=10,
        title="Cheaper models",
        description="Taken in this order when a budget says to downgrade.",
        examples=[[{"model": "gpt-5-nano"}]],
    )


class Ai(StepType[AiConfig], type="ai"):
    """Asks a language model. With a schema the answer is checked, and asked for once more if it does not fit."""

    label = "AI"
    icon = "sparkles"
    category = "AI"
    color = "grape"
    Config = AiConfig
    default_timeout = 120.0

    @classmethod
    def check(cls, config: AiConfig) -> list[Problem]:
        """Whether the schema is one."""
        if config.json_schema is None:
            return []
        try:
            schemas.check(config.json_schema)
        except schemas.SchemaFault as fault:
            return [Problem(f"The answer's schema cannot be used: {fault}", path="json_schema")]
        return []

    def run(self, config: AiConfig, context: StepContext) -> Result:
        """Gives the text, or the object that the schema asks for."""
        try:
            return Result(_Conversation(config, context).result())
        except AiError as error:
            raise StepFailed(
                error.message,
                error_type=error.error_type,
                retryable=error.retryable,
                retry_after=error.retry_after,
                hint=error.hint,
            ) from error


class _Conversation:
    """The calls of one attempt, within its time."""

    def __init__(self, config: AiConfig, context: StepContext) -> None:
        self._config = config
        self._context = context
        self._model, model_name = _chosen(config, context)
        seconds = context.timeout or Ai.default_timeout or 120.0
        self._end = time.monotonic() + min(seconds, self._model.config.timeout or seconds)
        self._request = ChatRequest(
            messages=tuple(_messages(config, context)),
            model=model_name,
            schema=config.json_schema,
            temperature=config.temperature,
            max_tokens=config.max_tokens,
            on_text=_Lines(context.log).add if config.stream else None,
            cancelled=context.cancelled,
        )

    def result(self) -> JSON:
        """The text or the checked value."""
        answer = self._ask(self._request, purpose="answer")
        if self._config.json_schema is None:
            return answer.text
        try:
            return _checked(answer, self._config.json_schema)
        except _Unfit as fault:
            self._context.log(f"The answer cannot be used: {fault}. Asking once more.", level="warning")
            again = self._ask(_repair(self._request, answer, fault, self._config.json_schema), purpose="repair")
        try:
            return _checked(again, self._config.json_schema)
        except _Unfit as fault:
            message = f"The model's answer does not fit the schema: {fault}."
            raise StepFailed(message, error_type="schema", hint=_hint(again)) from fault

    def _ask(self, request: ChatRequest, *, purpose: str) -> ChatAnswer:
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise AiError("No time was left for another question.", error_type="timeout", retryable=True)
        started = time.monotonic()
        try:
            answer = self._model.chat(replace(request, timeout=seconds))
        except AiError as error:
            if error.tokens is not None:
                self._note(error.tokens.prompt, error.tokens.completion, request.model, started, purpose)
            raise
        self._note(answer.tokens.prompt, answer.tokens.completion, answer.model, started, purpose)
        return answer

    def _note(self, prompt: int, completion: int, model: str, started: float, purpose: str) -> None:
        seconds = time.monotonic() - started
        name = model or self._model.config.model or ""
        used = Usage(self._model.type, name, prompt, completion, seconds, self._model.slug, purpose)
        self._context.record_usage(used)
        tokens = f"{prompt:,} + {completion:,} tokens"
        self._context.log(f"{self._model.label}, {name}: {tokens} in {seconds * 1000:,.0f} ms")


# --- before asking --------------------------------------------------------------------------------------------------


def _chosen(config: AiConfig, context: StepContext) -> tuple[ChatModel[Any], str]:
    """The model to ask, and its name if not the connector's own; a cheaper one when a budget asks for it."""
    verdict = context.ai_budget()
    if verdict.decision == "block":
        hint = "Raise the budget, or wait for its next period."
        raise StepFailed(verdict.message, error_type="budget", hint=hint)
    slug, model = config.connector, config.model or ""
    if verdict.decision == "downgrade":
        if not config.fallbacks:
            hint = "Name a cheaper model under “fallbacks”, or raise the budget."
            raise StepFailed(verdict.message, error_type="budget", hint=hint)
        cheaper = config.fallbacks[0]
        slug, model = cheaper.connector or slug, cheaper.model or ""
        context.log(f"{verdict.message} Taking {model or slug} instead.", level="warning")
    found: Any = context.connector(slug, family="ai")
    return found, model


def _messages(config: AiConfig, context: StepContext) -> Iterator[Message]:
    if config.system:
        yield Message("system", config.system)
    files = list(_attachments(config.files, context))
    texts = [f"File {file.name}:\n{file.data.decode(errors='replace')}" for file in files if _is_text(file)]
    rest = tuple(file for file in files if not _is_text(file))
    yield Message("user", "\n\n".join([config.prompt, *texts]), attachments=rest)


def _attachments(value: JSON, context: StepContext) -> Iterator[Attachment]:
    left = _MOST_FILES_BYTES
    for ref in value if isinstance(value, Sequence) and not isinstance(value, str) else [value]:
        if ref is None:
            continue
        if not isinstance(ref, Mapping) or "$file" not in ref:
            hint = "Give it a file, such as the field of a form or the result of a step that saves one."
            raise StepFailed("“files” holds something that is not a file.", error_type="validation", hint=hint)
        data = context.files.open(ref)
        left -= len(data)
        if left < 0:
            message = f"The files are larger than {_MOST_FILES_BYTES:,} bytes together."
            raise StepFailed(message, error_type="too_large")
        yield Attachment(str(ref.get("name", "file")), str(ref.get("content_type", "")).split(";")[0].strip(), data)


def _is_text(file: Attachment) -> bool:
    return file.content_type.startswith("text/") or file.content_type in {"application/json", "application/xml"}


# --- after being answered -------------------------------------------------------------------------------------------


class _Unfit(Exception):
    """The answer is not what was asked for; says which field."""


def _checked(answer: ChatAnswer, schema: Mapping[str, JSON]) -> JSON:
    value = _parsed(answer.text)
    mismatches = schemas.mismatches(schema, value)
    if mismatches:
        first = mismatches[0]
        place = first.json_path.removeprefix("$").lstrip(".")
        raise _Unfit(f"{place}: {first.message}"[:500] if place else first.message[:500])
    return value


def _parsed(text: str) -> JSON:
    for candidate in _candidates(text):
        try:
            return json.loads(candidate, parse_constant=_refuse)
        except (ValueError, RecursionError):
            continue
    raise _Unfit("it is not JSON")


def _candidates(text: str) -> Iterator[str]:
    """The whole, what is fenced, and what stands between the outermost braces."""
    yield text.strip()
    yield from (found[1].strip() for found in _FENCE.finditer(text))
    begin, end = text.find("{"), text.rfind("}")
    if 0 <= begin < end:
        yield text[begin : end + 1]


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _repair(request: ChatRequest, answer: ChatAnswer, fault: _Unfit, schema: Mapping[str, JSON]) -> ChatRequest:
    asked = _REPAIR.format(fault=fault, schema=json.dumps(dict(schema)))
    return replace(
        request, messages=(*request.messages, Message("assistant", answer.text or "(empty)"), Message("user", asked))
    )


def _hint(answer: ChatAnswer) -> str:
    return "The answer was cut: raise “max_tokens”." if answer.finish == "length" else ""


@dataclass(slots=True)
class _Lines:
    """A stream of pieces of text as lines of the log."""

    log: Callable[[str], None]
    rest: str = ""

    def add(self, piece: str) -> None:
        """Logs each line as soon as it is whole."""
        *lines, self.rest = (self.rest + piece).split("\n")
        for line in lines:
            self.log(line)
