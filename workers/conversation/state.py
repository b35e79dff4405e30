"""What has happened in a conversation so far, as a value that survives the worker: turns, calls and their results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from backend.catalog.ai import ChatAnswer, Message, ToolCall
from backend.common.json import JSON


@dataclass(slots=True)
class Turn:
    """The model has asked for tools: what it said, what it called, what came of it."""

    text: str
    calls: list[ToolCall]
    results: list[str] = field(default_factory=list)  # of the first calls, in their order


@dataclass(slots=True)
class State:
    """All turns before the one that is due."""

    turns: list[Turn] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)  # of the workflows behind the tools, for all of it the same
    asks: bool = False  # people are deciding about the next call
    granted: bool = False  # they have allowed it

    @property
    def pending(self) -> ToolCall | None:
        """The call that is next."""
        if not self.turns:
            return None
        last = self.turns[-1]
        return last.calls[len(last.results)] if len(last.results) < len(last.calls) else None

    def add(self, answer: ChatAnswer) -> None:
        """The model wants tools called."""
        self.turns.append(Turn(answer.text, list(answer.tool_calls)))

    def answer(self, result: str) -> None:
        """What the pending call gave."""
        self.turns[-1].results.append(result)
        self.asks = self.granted = False

    def messages(self) -> Iterator[Message]:
        """The turns as the model is to see them."""
        for turn in self.turns:
            yield Message("assistant", turn.text, tool_calls=tuple(turn.calls))
            for call, result in zip(turn.calls, turn.results, strict=True):
                yield Message("tool", result, tool_call=call)

    def to_json(self) -> JSON:
        """To be kept."""
        return {
            "turns": [
                {"text": turn.text, "calls": [_shown(call) for call in turn.calls], "results": turn.results}
                for turn in self.turns
            ],
            "versions": self.versions,
            "asks": self.asks,
            "granted": self.granted,
        }

    @classmethod
    def from_json(cls, kept: JSON) -> State:
        """From what was kept; None is the beginning."""
        if not isinstance(kept, Mapping):
            return cls()
        turns = [
            Turn(turn["text"], [_call(call) for call in turn["calls"]], list(turn["results"])) for turn in kept["turns"]
        ]
        return cls(turns, dict(kept["versions"]), bool(kept["asks"]), bool(kept["granted"]))


def _shown(call: ToolCall) -> JSON:
    return {
        "id": call.id,
        "name": call.name,
        "arguments": call.arguments,
        "signature": call.signature,
        "fault": call.fault,
    }


def _call(kept: Mapping[str, JSON]) -> ToolCall:
    return ToolCall(kept["id"], kept["name"], dict(kept["arguments"]), kept["signature"], kept["fault"])
