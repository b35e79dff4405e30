"""Published workflows as tools of a model: how they are offered, and what a call of one leads to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import Field, model_validator

from backend.catalog.ai import ToolCall, ToolSpec
from backend.catalog.approvals import APPROVED, REJECTED, Question, addresses, decision_of
from backend.catalog.fields import ValueTemplate, WorkflowSlug, as_text
from backend.catalog.steps import Config, Published, StartChild, StepContext, Wait
from backend.common import schemas
from backend.common.json import JSON
from workers.conversation.state import State

_MOST_RESULT = 100_000  # characters of one result that the model is shown
_LONGEST_NAME = 64  # that all providers take
_NO_INPUTS: dict[str, JSON] = {"type": "object", "properties": {}}


class Tool(Config):
    """A workflow that the model may start."""

    workflow: WorkflowSlug = Field(
        min_length=1,
        max_length=80,
        title="Workflow",
        description="The slug of a published workflow. The model sees its inputs, and gets its output.",
        examples=["look-up-customer"],
    )
    version: int | None = Field(
        default=None,
        ge=1,
        title="Version",
        description="A published version; empty: the latest one when the conversation begins.",
        examples=[3],
    )
    description: str = Field(
        default="",
        max_length=2000,
        title="When to use it",
        description="For the model; empty: the workflow's own description.",
        examples=["Finds a customer by mail address."],
    )
    approval: bool = Field(
        default=False,
        title="Ask people first",
        description="Each call waits until somebody has allowed it; one that is refused is told to the model.",
        examples=[True],
    )
    approvers: ValueTemplate = Field(
        default=None,
        title="Approvers",
        description="E-mail addresses of those who may allow a call; empty: everybody who may run the workflow.",
        examples=[["ana@example.com"]],
    )
    expires_in: float | None = Field(
        default=None,
        gt=0,
        le=366 * 86_400,
        title="Expires after",
        description="Seconds after which a call that nobody has decided about counts as refused; empty: never.",
        examples=[86_400],
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """A slug alone is enough."""
        return {"workflow": value} if isinstance(value, str) else value

    @property
    def name(self) -> str:
        """As the model calls it."""
        name = self.workflow if self.workflow[:1].isalpha() else f"w_{self.workflow}"
        return name[:_LONGEST_NAME]


class Tools:
    """The tools of one conversation, looked up once for each turn, in the versions of the first one."""

    def __init__(self, tools: Sequence[Tool], context: StepContext, state: State) -> None:
        self._context = context
        self._state = state
        self._tools = {tool.name: tool for tool in tools}
        self._known: dict[str, Published] = {}

    def specs(self) -> tuple[ToolSpec, ...]:
        """What the model is told of them. Raises StepFailed when a workflow is not there."""
        return tuple(self._spec(name, tool) for name, tool in self._tools.items())

    def _spec(self, name: str, tool: Tool) -> ToolSpec:
        found = self._workflow(name)
        text = tool.description or found.description or found.name
        return ToolSpec(name, text[:1000], {**_NO_INPUTS, **found.inputs})

    def _workflow(self, name: str) -> Published:
        if name not in self._known:
            tool = self._tools[name]
            pinned = self._state.versions.get(name, tool.version)
            found = self._known[name] = self._context.workflow(tool.workflow, version=pinned)
            self._state.versions[name] = found.version
        return self._known[name]

    # --- calling ----------------------------------------------------------------------------------------------------

    def next(self) -> Wait | StartChild | None:
        """What the next pending call needs; None when all have been answered. What cannot be called is answered."""
        while (call := self._state.pending) is not None:
            fault = self._fault(call)
            if not fault:
                return self._begin(call)
            self._context.log(f"The model's call of “{call.name}” cannot be made: {fault}", level="warning")
            self._state.answer(_error(fault))
        return None

    def _fault(self, call: ToolCall) -> str:
        if call.name not in self._tools:
            return f"there is no tool “{call.name}”. There are: {', '.join(self._tools)}."
        if call.fault:
            return call.fault
        found = schemas.mismatches({**_NO_INPUTS, **self._workflow(call.name).inputs}, call.arguments)
        return "; ".join(f"{one.json_path.removeprefix('$.')}: {one.message}"[:300] for one in found[:5])

    def _begin(self, call: ToolCall) -> Wait | StartChild:
        tool = self._tools[call.name]
        if tool.approval and not self._state.granted:
            self._state.asks = True
            self._context.log(f"People are asked whether the model may call “{call.name}”.")
            return _question(call, tool, self._workflow(call.name)).wait(
                f"It waits for an approval of the model's call of “{tool.workflow}”"
            )
        self._context.log(f"The model calls “{call.name}” with {_cut(as_text(call.arguments), 1000)}")
        return StartChild(tool.workflow, call.arguments, version=self._workflow(call.name).version)

    # --- being answered ---------------------------------------------------------------------------------------------

    def take(self, delivery: JSON | None) -> None:
        """What the pending call has waited for: a decision, or the end of its job."""
        if not self._state.asks:
            self._state.answer(_result(delivery or {}))
            return
        decision = decision_of(delivery)
        given = delivery or {}
        if decision == APPROVED:
            self._state.asks, self._state.granted = False, True
            self._context.log(f"{given.get('approver') or 'Somebody'} has allowed the call.")
            return
        refused = f"A person refused this call. {given.get('comment') or ''}".strip()
        said = refused if decision == REJECTED else "Nobody allowed this call in time."
        self._context.log(said, level="warning")
        self._state.answer(_error(said))


def duplicates(tools: Sequence[Tool]) -> Iterator[tuple[int, str]]:
    """Tools that the model could not tell apart: place and name."""
    seen: set[str] = set()
    for index, tool in enumerate(tools):
        if tool.name in seen:
            yield index, tool.name
        seen.add(tool.name)


def _question(call: ToolCall, tool: Tool, workflow: Published) -> Question:
    arguments = json.dumps(call.arguments, ensure_ascii=False, indent=2)
    return Question(
        title=f"Call of “{workflow.name}” by a language model",
        message=f"A language model wants to run the workflow “{workflow.name}” with:\n\n{_cut(arguments, 9000)}",
        approvers=addresses(tool.approvers),
        expires_in=tool.expires_in,
    )


def _result(ended: Mapping[str, JSON]) -> str:
    if ended.get("status") == "SUCCESS":
        return _cut(as_text(ended.get("output")) or "null", _MOST_RESULT)
    error = ended.get("error") or {}
    return _error(str(error.get("message") or f"its job ended as {ended.get('status')}"))


def _error(message: str) -> str:
    return json.dumps({"error": _cut(message, 2000)}, ensure_ascii=False)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most:,} characters more)"
