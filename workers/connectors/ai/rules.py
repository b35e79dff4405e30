"""A provider without a model: it answers by rules, the same every time, on this machine, without a key."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field

from backend.catalog.ai import ChatAnswer, ChatModel, ChatRequest, Message, ModelConfig, Tokens, ToolCall
from backend.common.json import JSON
from workers.connectors.ai import _reading


class Rule(BaseModel):
    """A fixed answer."""

    model_config = ConfigDict(extra="forbid")

    contains: list[str] = Field(
        min_length=1, max_length=100, title="Words", description="All of them must be in the prompt, in any case."
    )
    answer: JSON = Field(
        default=None, title="Answer", description="Text, or JSON where a schema is wanted. Empty: as without the rule."
    )
    call: str | None = Field(
        default=None,
        max_length=80,
        title="Tool",
        description="A tool that is called first, once, with what its inputs can be filled with from the prompt.",
    )


class RulesConfig(ModelConfig):
    """The form."""

    answers: list[Rule] = Field(
        default_factory=list, max_length=1000, title="Answers", description="The first one that fits is given."
    )
    keywords: dict[str, list[str]] = Field(
        default_factory=dict,
        max_length=1000,
        title="Keywords",
        description="Words that speak for each value of a choice, such as invoice: [invoice, Rechnung, factura].",
    )
    labels: dict[str, list[str]] = Field(
        default_factory=dict,
        max_length=1000,
        title="Labels",
        description="What a field of the schema is called in documents, such as total: [total, Gesamtbetrag].",
    )


class Rules(ChatModel[RulesConfig], type="rules"):
    """Answers by rules instead of a model: free, offline and always the same. For examples, tests and simple cases.

    A wanted JSON Schema is filled from the prompt: choices by keywords, numbers, dates and texts by the labels before
    them, lists of objects from lines that end in numbers.
    """

    label = "Rules (no model)"
    icon = "list-check"
    Config = RulesConfig

    def chat(self, request: ChatRequest) -> ChatAnswer:
        """The first fixed answer that fits, else what can be read from the prompt and from what tools gave."""
        prompt = "\n".join(message.text for message in request.messages if message.role in {"user", "tool"})
        model = request.model or self.config.model or "rules"
        call = self._call(prompt, request)
        if call is not None:
            return ChatAnswer("", model, _tokens(request.messages, ""), (call,), "tools")
        text = self._text(prompt, request)
        if request.on_text is not None:
            request.on_text(text)
        return ChatAnswer(text, model, _tokens(request.messages, text))

    def _call(self, prompt: str, request: ChatRequest) -> ToolCall | None:
        made = {call.name for message in request.messages for call in message.tool_calls}
        offered = {tool.name: tool for tool in request.tools}
        for rule in self._fitting(prompt):
            if rule.call in offered and rule.call not in made:
                tool = offered[rule.call]
                arguments = self._reader(prompt).value(tool.parameters, name="")
                return ToolCall(f"call_{len(made)}", tool.name, arguments if isinstance(arguments, dict) else {})
        return None

    def _fitting(self, prompt: str) -> Iterator[Rule]:
        lower = prompt.casefold()
        return (rule for rule in self.config.answers if all(word.casefold() in lower for word in rule.contains))

    def _text(self, prompt: str, request: ChatRequest) -> str:
        for rule in self._fitting(prompt):
            if rule.answer is not None:
                return rule.answer if isinstance(rule.answer, str) else json.dumps(rule.answer, ensure_ascii=False)
        if request.schema is None:
            results = [message.text for message in request.messages if message.role == "tool"]
            return _reading.summary("\n\n".join(results) or prompt)
        return json.dumps(self._reader(prompt).value(request.schema, name=""), ensure_ascii=False)

    def _reader(self, prompt: str) -> _reading.Reader:
        return _reading.Reader(prompt, keywords=self.config.keywords, labels=self.config.labels)


def _tokens(messages: tuple[Message, ...], text: str) -> Tokens:
    """Words, as an honest stand-in: nothing is paid for them."""
    return Tokens(sum(len(message.text.split()) for message in messages), len(text.split()))
