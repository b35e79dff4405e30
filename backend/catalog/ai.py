"""The one contract of all language models: what a step asks, what it gets, how it fails. Plain values, no library."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from pydantic import Field

from backend.catalog.connectors import ConnectorConfig, ConnectorType, TestResult
from backend.common.json import JSON

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along with a message."""

    name: str
    content_type: str
    data: bytes

    @property
    def is_image(self) -> bool:
        """Whether models with eyes can look at it."""
        return self.content_type in {"image/png", "image/jpeg", "image/gif", "image/webp"}


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """Something that the model may call; `parameters` is a JSON Schema."""

    name: str
    description: str
    parameters: Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model wants a tool called."""

    id: str
    name: str
    arguments: dict[str, JSON]
    signature: str = ""  # what some providers want back unread, to recognise their own thought
    fault: str = ""  # why the arguments cannot be read


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation; `tool_call` says which call a message of a tool answers."""

    role: Role
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call: ToolCall | None = None


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One call of a model. `on_text` gets the answer piece by piece, if it is set."""

    messages: tuple[Message, ...]
    model: str = ""  # empty: the connector's
    schema: Mapping[str, JSON] | None = None  # of the JSON that is wanted
    temperature: float | None = None
    max_tokens: int | None = None
    tools: tuple[ToolSpec, ...] = ()
    timeout: float = 120.0
    on_text: Callable[[str], None] | None = None
    cancelled: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a call has used up."""

    prompt: int = 0
    completion: int = 0

    @property
    def total(self) -> int:
        """Both."""
        return self.prompt + self.completion


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """What the model said."""

    text: str
    model: str
    tokens: Tokens
    tool_calls: tuple[ToolCall, ...] = ()
    finish: Literal["stop", "length", "tools", "filter"] = "stop"


class AiError(Exception):
    """A call did not succeed; `tokens` are set when the provider counted it all the same."""

    def __init__(
        self,
        message: str,
        *,
        error_type: str,
        retryable: bool = False,
        retry_after: float | None = None,
        hint: str = "",
        tokens: Tokens | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.error_type = error_type  # auth rate_limit context_length content_filter network timeout not_found …
        self.retryable = retryable
        self.retry_after = retry_after
        self.hint = hint
        self.tokens = tokens


@dataclass(frozen=True, slots=True)
class Usage:
    """One call that a provider counted, as it is recorded."""

    provider: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    latency: float  # seconds
    connector: str = ""
    purpose: str = "answer"  # answer | tools | repair


@dataclass(frozen=True, slots=True)
class BudgetVerdict:
    """What the budgets say before a call: go on, take a cheaper model, or stop."""

    decision: Literal["go", "downgrade", "block"] = "go"
    message: str = ""


class ModelConfig(ConnectorConfig):
    """What the connectors of all language models have in common."""

    model: str | None = Field(
        default=None,
        max_length=200,
        title="Model",
        description="Used where a step names none.",
        examples=["gpt-5-mini"],
    )


C = TypeVar("C", bound=ModelConfig)


class ChatModel(ConnectorType[C], family="ai"):
    """Base of the connector types for language models."""

    def model_of(self, request: ChatRequest) -> str:
        """The model that a call is for. Raises AiError."""
        model = request.model or self.config.model
        if not model:
            hint = "Name one in the step or in the connector."
            raise AiError("No model is chosen.", error_type="validation", hint=hint)
        return model

    @abstractmethod
    def chat(self, request: ChatRequest) -> ChatAnswer:
        """One answer. Raises AiError."""

    def test(self) -> TestResult:
        """Asks for a word."""
        request = ChatRequest((Message("user", "Answer with the word OK."),), max_tokens=16, timeout=15)
        try:
            answer = self.chat(request)
        except AiError as error:
            return TestResult(ok=False, message=error.message, hint=error.hint, details={"type": error.error_type})
        details = _details(answer)
        return TestResult(ok=True, message=f"“{answer.model}” answers.", details=details)


def _details(answer: ChatAnswer) -> dict[str, JSON]:
    """What a successful test shows."""
    return {"model": answer.model, "tokens": answer.tokens.total, "answer": answer.text[:100]}
