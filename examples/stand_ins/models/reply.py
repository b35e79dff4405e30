"""What a model says next, apart from the protocol in which it says it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Reply:
    """What the model says, or how the provider fails."""

    text: str = ""
    prompt_tokens: int = 11
    completion_tokens: int = 7
    status: int = 200
    error: str = ""
    code: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    tool_calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    finish: str = "stop"  # stop | length | filter


def pieces(text: str) -> list[str]:
    """A text as it is streamed."""
    return [text[start : start + 5] for start in range(0, len(text), 5)]


def server_sent(events: list[tuple[str, Any]]) -> bytes:
    """Events with their names."""
    lines = ""
    for name, data in events:
        lines += (
            f"event: {name}\n" if name else ""
        ) + f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n"
    return lines.encode()
