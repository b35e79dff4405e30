"""Random workflows of all control flows, and a sandbox that needs no walls.

Values, scripts, conditions, failures, waits for a time and for an event, decisions of people, workflows as steps,
loops and groups in each other, steps that undo others. Each step carries `meaning`, which only the oracle and the
driver read: the names that its value is made of, the branch of a condition, `fails`, `anything`, a payload, what
people decide, or in which iteration a loop breaks.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from sandboxes.model import Execution, LogLine, Outcome, Status

GIVES, FAILS, TOLD = "oracle-gives", "oracle-fails", "oracle-told"  # workflows that others start
PUBLISHED = {
    GIVES: [{"id": "out", "type": "output", "config": {"values": {"n": "n * 2"}}}],
    FAILS: [{"id": "bad", "type": "transform", "config": {"values": {"n": "1 // 0"}}}],
    TOLD: [{"id": "out", "type": "output", "config": {"values": {"of": "job.id"}}}],
}
_CHILDREN = 2  # at most, in one workflow: each is a job
_APPROVALS = 3
_DECISIONS = ("approved", "rejected", "expired")
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
    error_workflow = draw(st.sampled_from([None, None, TOLD]))
    return {"settings": {"on_failure": on_failure, "error_workflow": error_workflow}, "steps": steps}


def _add_scope(
    draw: st.DrawFn, steps: list[dict[str, Any]], *, parent: str | None, loops: list[str], most: int, depth: int = 0
) -> None:
    members: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(1, most))):
        step = _step(draw, steps, members, parent=parent, loops=loops, depth=depth)
        steps.append(step)
        members.append(step)
        if step["type"] == "script" and draw(st.sampled_from([True, False, False])):
            steps.append(_undoing(draw, steps, step, loops=loops))
        if step["type"] in {"loop", "group"}:
            inner = [*loops, step["id"]] if step["type"] == "loop" else loops
            _add_scope(draw, steps, parent=step["id"], loops=inner, most=3, depth=depth + 1)
    if loops and parent == loops[-1]:
        ids = [step["id"] for step in members]
        after = [ref for id_ in ids for ref in (id_, f"{id_}.skipped")]
        config = {"values": {"from": f"[{', '.join(ids)}]"}}
        out = {"id": f"s{len(steps)}", "type": "output", "parent": parent, "after": after, "config": config}
        steps.append({**out, "meaning": ids})


def _undoing(draw: st.DrawFn, steps: list[dict[str, Any]], step: dict[str, Any], *, loops: list[str]) -> dict[str, Any]:
    """A script that undoes another one, in the same scope."""
    id_ = f"s{len(steps)}"
    step["compensate"] = id_
    kind = draw(st.sampled_from(["script", "script", "script fails"]))
    made = {"id": id_, **_kind(draw, kind, id_=id_, names=[], loops=loops)}
    return {**made, "parent": step["parent"]} if "parent" in step else made


def _step(
    draw: st.DrawFn,
    steps: list[dict[str, Any]],
    members: list[dict[str, Any]],
    *,
    parent: str | None,
    loops: list[str],
    depth: int,
) -> dict[str, Any]:
    id_ = f"s{len(steps)}"
    kind = draw(st.sampled_from(_kinds(steps, loops=loops, depth=depth)))
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
    seen = [] if step["join"] == "first" else [other["id"] for other in earlier]
    names = [name for id_of in seen for name in (id_of, *(inner["id"] for inner in of_group(steps, id_of)))]
    names += ["item", "index"] if loops else []
    return {**step, **_kind(draw, kind, id_=id_, names=names, loops=loops)}


def _kinds(steps: list[dict[str, Any]], *, loops: list[str], depth: int) -> list[str]:
    kinds = ["value", "value", "script", "script", "condition", "fails", "script fails", "condition fails"]
    kinds += ["wait", "event", "event fails"]
    types = Counter(step["type"] for step in steps)
    kinds += [*["approval"] * 4, "approval late"] if types["approval"] < _APPROVALS else []
    kinds += ["subflow", "subflow fails", "subflow aside"] if types["subflow"] < _CHILDREN and len(loops) < 2 else []
    return kinds + ([*["loop"] * (len(loops) < 2), "group"] if depth < 2 else [])


def of_group(steps: list[dict[str, Any]], id_: str) -> list[dict[str, Any]]:
    """The steps of a group, whose results stay in scope; none of another container."""
    if not any(step["id"] == id_ and step["type"] == "group" for step in steps):
        return []
    undoing = {step.get("compensate") for step in steps}
    return [step for step in steps if step.get("parent") == id_ and step["id"] not in undoing]


def _ref(draw: st.DrawFn, step: dict[str, Any]) -> str:
    branches = {"condition": (".true", ".false") * 2, "approval": tuple(f".{one}" for one in _DECISIONS)}
    return str(step["id"]) + draw(st.sampled_from((*_PORTS, *branches.get(step["type"], ()))))


def _kind(draw: st.DrawFn, kind: str, *, id_: str, names: list[str], loops: list[str]) -> dict[str, Any]:
    if kind == "loop":
        return _loop(draw, id_)
    if kind == "group":
        config = {
            "on_failure": draw(st.sampled_from(["stop", "finish", "continue"])),
            "collect": draw(st.sampled_from(["last", "all"])),
            "max_concurrent": draw(st.sampled_from([None, None, 1])),
        }
        return {"type": "group", "config": config, "meaning": ""}
    if kind.startswith(("wait", "event")):
        return _wait(kind, id_)
    if kind.startswith("subflow"):
        return _subflow(kind)
    if kind.startswith("approval"):
        return _approval(draw, is_late=kind.endswith("late"))
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


def _wait(kind: str, id_: str) -> dict[str, Any]:
    if kind == "wait":
        return {"type": "wait", "config": {"seconds": 0.01}, "meaning": "anything"}
    event = id_ + "/{{ job.id }}"
    if kind == "event":
        return {"type": "wait", "config": {"event": event}, "meaning": {"payload": id_}}
    return {"type": "wait", "config": {"event": event, "seconds": 0.01}, "meaning": "fails"}


def _approval(draw: st.DrawFn, *, is_late: bool) -> dict[str, Any]:
    """Nobody decides, or whoever does hurries, or may take as long as it takes."""
    meaning = "expired" if is_late else draw(st.sampled_from(["approved", "rejected"]))
    seconds = 0.01 if is_late else draw(st.sampled_from([None, None, 0.03]))
    config = {"required": draw(st.sampled_from([1, 1, 2])), **({"expires_in": seconds} if seconds else {})}
    return {"type": "approval", "config": config, "meaning": meaning}


def _subflow(kind: str) -> dict[str, Any]:
    workflow = FAILS if kind.endswith("fails") else GIVES
    config = {"workflow": workflow, "inputs": {"n": 21}, "wait": kind != "subflow aside"}
    meanings: dict[str, Any] = {
        "subflow": {"payload": {"n": 42}},
        "subflow fails": "fails",
        "subflow aside": "anything",
    }
    return {"type": "subflow", "config": config, "meaning": meanings[kind]}
