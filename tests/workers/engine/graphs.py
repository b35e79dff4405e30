"""Random workflows of pure steps, scripts, conditions, failures and loops in loops, and a sandbox that needs no walls.

Each step carries `meaning`, which only the oracle reads: the names that its value is made of, the branch of a
condition, `fails`, or the iteration in which a loop breaks.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from sandboxes.model import Execution, LogLine, Outcome, Status

_PORTS = ("", "", "", ".error", ".done", ".skipped")
_FAILS = "1 // 0"


class Scripts:
    """Runs `code`, which is the JSON of what to do, and counts how often each place in a job was run."""

    def __init__(self) -> None:
        self.runs: Counter[str] = Counter()

    def run(self, execution: Execution, *, on_log: Callable[[LogLine], None], cancelled: Callable[[], bool]) -> Outcome:
        todo = json.loads(execution.code)
        self.runs[f"{execution.context['job']['id']}/{execution.env['PLACE']}"] += 1
        if todo == "fails":
            return Outcome(status=Status.FAILED, message="as it was told")
        return Outcome(status=Status.OK, result={"from": [execution.context.get(name) for name in todo]})

    def release(self, job: str) -> None:
        """Nothing is kept for it."""

    def stats(self) -> dict[str, Any]:
        return {"isolation": "", "reason": "", "languages": {}}


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A workflow; all that a step waits for comes before it in the document."""
    steps: list[dict[str, Any]] = []
    _add_scope(draw, steps, parent=None, loops=[], most=6)
    on_failure = draw(st.sampled_from(["stop", "finish"]))
    return {"settings": {"on_failure": on_failure}, "steps": steps}


def _add_scope(
    draw: st.DrawFn, steps: list[dict[str, Any]], *, parent: str | None, loops: list[str], most: int
) -> None:
    members: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(1, most))):
        step = _step(draw, members, id_=f"s{len(steps)}", parent=parent, loops=loops)
        steps.append(step)
        members.append(step)
        if step["type"] == "loop":
            _add_scope(draw, steps, parent=step["id"], loops=[*loops, step["id"]], most=3)
    if parent is not None:
        ids = [step["id"] for step in members]
        after = [ref for id_ in ids for ref in (id_, f"{id_}.skipped")]
        config = {"values": {"from": f"[{', '.join(ids)}]"}}
        out = {"id": f"s{len(steps)}", "type": "output", "parent": parent, "after": after, "config": config}
        steps.append({**out, "meaning": ids})


def _step(
    draw: st.DrawFn, members: list[dict[str, Any]], *, id_: str, parent: str | None, loops: list[str]
) -> dict[str, Any]:
    kinds = ["value", "value", "script", "condition", "fails", "script fails", "condition fails"]
    kind = draw(st.sampled_from([*kinds, "loop"] if len(loops) < 2 else kinds))
    earlier = draw(st.lists(st.sampled_from(members), max_size=2, unique_by=lambda step: step["id"])) if members else []
    step: dict[str, Any] = {
        "id": id_,
        "after": [_ref(draw, other) for other in earlier],
        "join": draw(st.sampled_from(["any", "any", "all", "first"])),
        "enabled": draw(st.sampled_from([True] * 7 + [False])),
        "on_error": draw(st.sampled_from(["fail", "fail", "continue", {"fallback": {"instead": id_}}])),
    }
    if parent is not None:
        step["parent"] = parent
    # With `first`, what else a step waits for may or may not have ended.
    names = [] if step["join"] == "first" else [other["id"] for other in earlier]
    names += ["item", "index"] if parent is not None else []
    return {**step, **_kind(draw, kind, id_=id_, names=names, loops=loops)}


def _ref(draw: st.DrawFn, step: dict[str, Any]) -> str:
    branches = (".true", ".false") * 2 if step["type"] == "condition" else ()
    return str(step["id"]) + draw(st.sampled_from((*_PORTS, *branches)))


def _kind(draw: st.DrawFn, kind: str, *, id_: str, names: list[str], loops: list[str]) -> dict[str, Any]:
    if kind == "loop":
        return _loop(draw, id_)
    fails = kind.endswith("fails")
    meaning: Any = "fails" if fails else names
    if kind.startswith("condition"):
        branch = "fails" if fails else draw(st.sampled_from(["true", "false"]))
        return {"type": "condition", "config": {"expression": _FAILS if fails else branch}, "meaning": branch}
    if kind.startswith("script"):
        place = " ".join([id_, *(f"{{{{ {loop}_item_index }}}}" for loop in loops)])  # tells iterations apart
        retry = draw(st.sampled_from([None, {"retries": 1, "delay": 0, "jitter": False}]))
        config = {"code": json.dumps(meaning), "env": {"PLACE": place}}
        return {"type": "script", "config": config, "retry": retry, "meaning": meaning}
    expression = _FAILS if fails else f"[{', '.join(names)}]"
    return {"type": "transform", "config": {"values": {"from": expression}}, "meaning": meaning}


def _loop(draw: st.DrawFn, id_: str) -> dict[str, Any]:
    last = draw(st.sampled_from([None, None, 0, 1]))
    on_item_error = draw(st.sampled_from(["fail", "continue", "collect"]))
    # Side by side, what else had begun when one failed, or the loop was left, depends on time.
    free = last is None and on_item_error != "fail"
    config = {
        "concurrency": draw(st.sampled_from([1, 2, 3])) if free else 1,
        "item": f"{id_}_item",
        "items": draw(st.lists(st.integers(0, 9), max_size=3)),
        "on_item_error": on_item_error,
        "collect": draw(st.sampled_from(["all", "all", "last", "none"])),
        **({} if last is None else {"break_when": f"index == {last}"}),
    }
    return {"type": "loop", "config": config, "meaning": last}
