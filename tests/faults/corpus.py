"""Small workflows that together pass every transition of the engine, and what each must come to."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

ENDLESS = f"600.{os.getpid()}"  # seconds that a script sleeps: tells its process from all others on this machine


@dataclass(frozen=True)
class Case:
    """A workflow, the end it must reach, and how often each of its places must have had its effect at least."""

    name: str
    steps: list[dict[str, Any]]
    status: str = "SUCCESS"
    output: Any = None
    effects: dict[str, int] = field(default_factory=dict)  # path of the step → calls at least; others make none
    document: dict[str, Any] = field(default_factory=dict)


def call(id_: str, **options: Any) -> dict[str, Any]:
    """A step with an effect that the server outside counts; it answers the item, or a status by the path."""
    config = {"method": "POST", "url": options.pop("url", "http://EFFECTS/ok"), **options.pop("config", {})}
    return {"id": id_, "type": "api", "config": config, **options}


def script(id_: str, code: str, **options: Any) -> dict[str, Any]:
    return {"id": id_, "type": "script", "config": {"language": "python", "code": code}, **options}


def output(expressions: dict[str, str], **options: Any) -> dict[str, Any]:
    return {"id": "out", "type": "output", "config": {"values": expressions}, **options}


CASES = [
    Case(
        "chain",
        [call("a"), call("b", after=["a"]), call("c", after=["b"]), output({"n": "[a.n, b.n, c.n]"}, after=["c"])],
        output={"n": [1, 1, 1]},
        effects={"a": 1, "b": 1, "c": 1},
    ),
    Case(
        "branches",
        [
            call("a"),
            call("b"),
            call("c"),
            call("d", after=["a", "b", "c"], join="all"),
            output({"ok": "d.n"}, after=["d"]),
        ],
        output={"ok": 1},
        effects={"a": 1, "b": 1, "c": 1, "d": 1},
    ),
    Case(
        "loop",
        [
            {"id": "each", "type": "loop", "config": {"items": [1, 2, 3]}},
            call("send", parent="each"),
            output({"n": "len(each)"}, after=["each"]),
        ],
        output={"n": 3},
        effects={f"each[{n}].send": 1 for n in range(3)},
    ),
    Case(
        "side by side",
        [
            {"id": "each", "type": "loop", "config": {"times": 4, "concurrency": 3}},
            call("send", parent="each"),
            output({"n": "len(each)"}, after=["each"]),
        ],
        output={"n": 4},
        effects={f"each[{n}].send": 1 for n in range(4)},
    ),
    Case(
        "handled failure",
        [
            call("a", url="http://EFFECTS/404"),
            call("b", after=["a.error"]),
            output({"why": "errors.a.type", "b": "b.n"}, after=["b"]),
        ],
        output={"why": "http_404", "b": 1},
        effects={"a": 1, "b": 1},
    ),
    Case(
        "group",
        [
            {"id": "both", "type": "group"},
            call("a", parent="both"),
            call("b", parent="both", after=["a"]),
            output({"n": "[a.n, both.n]"}, after=["both"]),
        ],
        output={"n": [1, 1]},
        effects={"a": 1, "b": 1},
    ),
    Case(
        "wait",
        [
            call("a"),
            {"id": "rest", "type": "wait", "after": ["a"], "config": {"seconds": 1.2}},
            call("b", after=["rest"]),
            output({"n": "b.n"}, after=["b"]),
        ],
        output={"n": 1},
        effects={"a": 1, "b": 1},
    ),
    Case(
        "approval",
        [
            {"id": "ask", "type": "approval"},
            call("yes", after=["ask.approved"]),
            output({"how": "ask.decision"}, after=["yes"]),
        ],
        output={"how": "approved"},
        effects={"yes": 1},
    ),
    Case(
        "subflow",
        [
            {"id": "sub", "type": "subflow", "config": {"workflow": "chain", "inputs": {}}},
            call("after", after=["sub"]),
            output({"n": "sub.n"}, after=["after"]),
        ],
        output={"n": [1, 1, 1]},
        effects={"after": 1},
    ),
    Case(
        "undone",
        [
            call("a", compensate="undo_a"),
            call("b", after=["a"], compensate="undo_b"),
            call("c", url="http://EFFECTS/404", after=["b"]),
            call("undo_a"),
            call("undo_b"),
        ],
        status="FAILED",
        effects={"a": 1, "b": 1, "c": 1, "undo_a": 1, "undo_b": 1},
    ),
    Case(
        "retried",
        [
            call("a", url="http://EFFECTS/second", retry={"retries": 4, "delay": 0.4, "jitter": False}),
            output({"n": "a.n"}, after=["a"]),
        ],
        output={"n": 1},
        effects={"a": 2},
    ),
    Case(
        "cancelled",
        [
            call("a", compensate="undo_a"),
            call("undo_a"),
            {"id": "endless", "type": "wait", "after": ["a"], "config": {"seconds": 86400}},
            call("never", after=["endless"]),
        ],
        status="CANCELLED",
        effects={"a": 1, "undo_a": 1},
    ),
]
SCRIPTS = [  # for installations with a sandbox service
    Case(
        "scripts",
        [
            script("first", "return 20"),
            call("b", after=["first"]),
            script("second", "import time\ntime.sleep(0.2)\nreturn first + 22", after=["b"]),
            output({"n": "second"}, after=["second"]),
        ],
        output={"n": 42},
        effects={"b": 1},
    ),
    Case(
        "cancelled script",
        [
            call("a"),
            script(
                "endless",
                f"import subprocess\nsubprocess.run(['sleep', '{ENDLESS}'], check=True)",
                after=["a"],
                timeout=1200,
            ),
            call("never", after=["endless"]),
        ],
        status="CANCELLED",
        effects={"a": 1},
    ),
]
BY_NAME = {case.name: case for case in [*CASES, *SCRIPTS]}
