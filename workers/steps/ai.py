"""The `ai` step: a question to a language model, which may call tools on its way to a checked answer."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import Field

from backend.catalog.ai import AiError, ChatAnswer, ChatModel, ChatRequest, Message, Usage
from backend.catalog.fields import AiConnector, TextTemplate, ValueTemplate
from backend.catalog.steps import Again, Answer, Config, Result, StepContext, StepFailed, StepType
from backend.common import schemas
from backend.common.json import JSON
from backend.common.problems import Problem
from workers.conversation import asking
from workers.conversation.checking import Unfit, checked
from workers.conversation.live import LiveAnswer
from workers.conversation.state import State
from workers.conversation.tools import Tool, Tools, duplicates

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
    stream: bool = Field(default=False, title="Stream", description="Shows the answer while it comes.", examples=[True])
    tools: list[Tool] = Field(
        default_factory=list,
        max_length=64,
        title="Tools",
        description="Published workflows that the model may start by itself, each call as a job of its own. The "
        "step's timeout counts for all of it.",
        examples=[[{"workflow": "look-up-customer"}, {"workflow": "refund", "approval": True}]],
    )
    max_turns: int = Field(
        default=10,
        ge=1,
        le=100,
        title="Most turns",
        description="How often the model may be asked until it must have answered.",
        examples=[5],
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
        """Whether the schema is one, and whether the model can tell the tools apart."""
        found = [
            Problem(f"Two tools are called “{name}”.", path=f"tools[{index}]")
            for index, name in duplicates(config.tools)
        ]
        if config.json_schema is not None:
            try:
                schemas.check(config.json_schema)
            except schemas.SchemaFault as fault:
                found.append(Problem(f"The answer's schema cannot be used: {fault}", path="json_schema"))
        return found

    def run(self, config: AiConfig, context: StepContext) -> Answer:
        """Gives the text, or the object that the schema asks for; or begins what a tool needs."""
        try:
            return _Conversation(config, context).go_on()
        except AiError as error:
            raise StepFailed(
                error.message,
                error_type=error.error_type,
                retryable=error.retryable,
                retry_after=error.retry_after,
                hint=error.hint,
            ) from error

    def resumed(self, config: AiConfig, context: StepContext, delivery: JSON | None) -> Answer:
        """A tool has ended, or people have decided about a call: the next call, or the next turn of the model."""
        state = State.from_json(context.kept)
        tools = Tools(config.tools, context, state)
        tools.take(delivery)
        following = tools.next() or Again(fresh=False)
        context.keep(state.to_json())
        return following


class _Conversation:
    """The calls of one attempt, within its time."""

    def __init__(self, config: AiConfig, context: StepContext) -> None:
        self._config = config
        self._context = context
        self._state = State.from_json(context.kept)
        self._tools = Tools(config.tools, context, self._state)
        self._model, model_name = _chosen(config, context)
        seconds = context.timeout or Ai.default_timeout or 120.0
        self._end = time.monotonic() + min(seconds, self._model.config.timeout or seconds)
        self._live = LiveAnswer(context)
        self._begin = tuple(asking.messages(context, system=config.system, prompt=config.prompt, files=config.files))
        self._request = ChatRequest(
            messages=self._begin,
            model=model_name,
            schema=config.json_schema,
            temperature=config.temperature,
            max_tokens=config.max_tokens,
            tools=self._tools.specs(),
            on_text=self._live.add if config.stream else None,
            cancelled=context.cancelled,
        )

    def go_on(self) -> Answer:
        """The result; or what the tool needs that the model calls."""
        while True:
            following = self._tools.next()
            if following is not None:
                self._context.keep(self._state.to_json())
                return following
            request = replace(self._request, messages=(*self._begin, *self._state.messages()))
            answer = self._ask(request, purpose="answer")
            if not answer.tool_calls:
                result = self._result(request, answer)
                self._context.keep(None)
                return Result(result)
            self._state.add(answer)
            self._check_turns()

    def _check_turns(self) -> None:
        turns = len(self._state.turns)
        if turns >= self._config.max_turns:
            message = f"The model asked for tools in {turns} turns and did not answer: “max_turns” is reached."
            raise StepFailed(message, error_type="limit", hint="Allow more turns, or say in the prompt when to stop.")

    def _result(self, request: ChatRequest, answer: ChatAnswer) -> JSON:
        """The text or the checked value."""
        schema = self._config.json_schema
        if schema is None:
            return answer.text
        try:
            return checked(answer.text, schema)
        except Unfit as fault:
            self._context.log(f"The answer cannot be used: {fault}. Asking once more.", level="warning")
            again = self._ask(_repair(request, answer, fault, schema), purpose="repair")
        try:
            return checked(again.text, schema)
        except Unfit as fault:
            message = f"The model's answer does not fit the schema: {fault}."
            raise StepFailed(message, error_type="schema", hint=_hint(again)) from fault

    def _ask(self, request: ChatRequest, *, purpose: str) -> ChatAnswer:
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise AiError("No time was left for another question.", error_type="timeout", retryable=True)
        started = time.monotonic()
        try:
            answer = self._watched(replace(request, timeout=seconds))
        except AiError as error:
            if error.tokens is not None:
                self._note(error.tokens.prompt, error.tokens.completion, request.model, started, purpose)
            raise
        finally:
            self._live.end()
        used_for = "tools" if answer.tool_calls else purpose
        self._note(answer.tokens.prompt, answer.tokens.completion, answer.model, started, used_for)
        return answer

    def _watched(self, request: ChatRequest) -> ChatAnswer:
        if self._model.slug == self._config.connector:
            return self._model.chat(request)
        with self._context.calling(self._model.slug) as call:
            try:
                return self._model.chat(request)
            except AiError as error:
                if not error.retryable:
                    raise
                failure = error
                call.failed(error.message)
        raise failure

    def _note(self, prompt: int, completion: int, model: str, started: float, purpose: str) -> None:
        seconds = time.monotonic() - started
        name = model or self._model.config.model or ""
        used = Usage(self._model.type, name, prompt, completion, seconds, self._model.slug, purpose)
        self._context.record_usage(used)
        tokens = f"{prompt:,} + {completion:,} tokens"
        self._context.log(f"{self._model.label}, {name}: {tokens} in {seconds * 1000:,.0f} ms")


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


def _repair(request: ChatRequest, answer: ChatAnswer, fault: Unfit, schema: Mapping[str, JSON]) -> ChatRequest:
    asked = _REPAIR.format(fault=fault, schema=json.dumps(dict(schema)))
    said = Message("assistant", answer.text or "(empty)")
    return replace(request, messages=(*request.messages, said, Message("user", asked)))


def _hint(answer: ChatAnswer) -> str:
    return "The answer was cut: raise “max_tokens”." if answer.finish == "length" else ""
