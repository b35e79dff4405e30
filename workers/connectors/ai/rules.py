"""A provider without a model: it answers by rules, the same every time, on this machine, without a key."""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict, Field

from backend.catalog.ai import ChatAnswer, ChatModel, ChatRequest, Message, ModelConfig, Tokens
from backend.common.json import JSON
from workers.connectors.ai import _reading


class Rule(BaseModel):
    """A fixed answer."""

    model_config = ConfigDict(extra="forbid")

    contains: list[str] = Field(
        min_length=1, max_length=100, title="Words", description="All of them must be in the prompt, in any case."
    )
    answer: JSON = Field(title="Answer", description="Text, or JSON where a schema is wanted.")


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
    is_local = True

    def chat(self, request: ChatRequest) -> ChatAnswer:
        """The first fixed answer that fits, else what can be read from the prompt."""
        prompt = "\n".join(message.text for message in request.messages if message.role == "user")
        text = self._text(prompt, request)
        if request.on_text is not None:
            request.on_text(text)
        return ChatAnswer(text, request.model or self.config.model or "rules", _tokens(request.messages, text))

    def _text(self, prompt: str, request: ChatRequest) -> str:
        lower = prompt.casefold()
        for rule in self.config.answers:
            if all(word.casefold() in lower for word in rule.contains):
                return rule.answer if isinstance(rule.answer, str) else json.dumps(rule.answer, ensure_ascii=False)
        if request.schema is None:
            return _reading.summary(prompt)
        reader = _reading.Reader(prompt, keywords=self.config.keywords, labels=self.config.labels)
        return json.dumps(reader.value(request.schema, name=""), ensure_ascii=False)


def _tokens(messages: tuple[Message, ...], text: str) -> Tokens:
    """Words, as an honest stand-in: nothing is paid for them."""
    return Tokens(sum(len(message.text.split()) for message in messages), len(text.split()))
