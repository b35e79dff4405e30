"""What a job must come to, by the words of the workflow format alone: a small interpreter that shares no code with
the engine. It runs the steps of a scope in document order, one after the other, so it knows no threads and no joins in
time; what may depend on time is left open (`ANYTHING`, and the loose parts of scopes that failed).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ANYTHING = object()


@dataclass
class Verdict:
    """Statuses and outputs by path; steps that are loose, or below a loose prefix, may also be cancelled or missing."""

    status: str = ""
    statuses: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    decided: Mapping[str, str] = field(default_factory=dict)  # by path: what people decided before it was too late
    loose: list[str] = field(default_factory=list)
    loose_steps: list[str] = field(default_factory=list)

    def is_loose(self, path: str) -> bool:
        """Whether what became of a step depends on time, since something beside it has failed."""
        return any(path.startswith(prefix) for prefix in self.loose) or any(
            path == loose or path.startswith(f"{loose}[") for loose in self.loose_steps
        )


class StepError(Exception):
    """A step, or an iteration, fails."""


def interpret(document: dict[str, Any], *, decided: Mapping[str, str], start_at: str = "") -> Verdict:
    """The verdict on a document of the kind that `graphs` makes, once people have decided."""
    verdict = Verdict(decided=decided)
    try:
        _scope(document["steps"], None, "", {}, verdict, start_at)
    except StepError:
        verdict.status = "FAILED"
        if document["settings"]["on_failure"] == "stop":
            verdict.loose.append("")
    else:
        verdict.status = "SUCCESS"
    return verdict


def _scope(
    steps: Sequence[dict], parent: str | None, prefix: str, loop: dict, verdict: Verdict, start: str = ""
) -> Any:
    """Runs one scope to its end; the result of its output step. Raises StepError if a failure was not handled."""
    names: dict[str, Any] = dict(loop)
    result, failed = _members(steps, parent, prefix, names, verdict, start)
    if failed:
        if parent is not None:
            verdict.loose.append(prefix)
        raise StepError
    return result


def _members(
    steps: Sequence[dict], parent: str | None, prefix: str, names: dict, verdict: Verdict, start: str = ""
) -> tuple[Any, set[str]]:
    """Runs the steps of a scope or a group; the result of an output step, and the failures that nobody handled."""
    undoing = {step.get("compensate") for step in steps}
    members = [step for step in steps if step.get("parent") == parent and step["id"] not in undoing]
    taken: dict[str, set[str]] = {}
    follow = _following(members, start)
    result, failed = ANYTHING, set()
    for step in members:
        id_, path = step["id"], prefix + step["id"]
        names[id_] = None
        if id_ != start and (id_ not in follow or not _runs(step, taken)):
            verdict.statuses[path], taken[id_] = "skipped", {"skipped"}
        elif not step.get("enabled", True):
            verdict.statuses[path], taken[id_] = "skipped", {"next", "done", "skipped"}
        else:
            try:
                names[id_], ports = _perform(step, steps, path, names, verdict)
                verdict.statuses[path], taken[id_] = "success", {"next", "done", *ports}
            except StepError:
                names[id_], taken[id_], handled = _failure(step, members)
                verdict.statuses[path] = "failed"
                failed |= set() if handled else {id_}
            verdict.outputs[path] = names[id_]
            if step["type"] == "output":
                result = names[id_]
    return result, failed


def _following(members: Sequence[dict], start: str) -> set[str]:
    if not start:
        return {step["id"] for step in members}
    found = {start}
    for step in members:  # in an order in which all that a step waits for comes before it
        if any(ref.split(".")[0] in found for ref in step.get("after", ())):
            found.add(step["id"])
    return found


def _runs(step: dict, taken: dict[str, set[str]]) -> bool:
    refs = [([*ref.split("."), "next"])[:2] for ref in step.get("after", ())]
    hits = [port in taken[id_] for id_, port in refs]
    return not hits or (all(hits) if step.get("join") == "all" else any(hits))


def _failure(step: dict, members: Sequence[dict]) -> tuple[Any, set[str], bool]:
    """Output, taken ports, and whether somebody deals with it."""
    how = step.get("on_error", "fail")
    if isinstance(how, dict):
        return how["fallback"], {"error", "done", "next"}, True
    if how == "continue":
        branch = {"false"} if step["type"] == "condition" else set()
        return None, {"error", "done", "next"} | branch, True
    watching = {f"{step['id']}.error", f"{step['id']}.done"}
    return None, {"error", "done"}, any(watching & set(other.get("after", ())) for other in members)


def _perform(step: dict, steps: Sequence[dict], path: str, names: dict, verdict: Verdict) -> tuple[Any, set[str]]:
    meaning = step["meaning"]
    if step["type"] == "loop":
        return _loop(step, steps, path, verdict), set()
    if step["type"] == "group":
        return _group(step, steps, path.removesuffix(step["id"]), names, verdict), set()
    if meaning == "fails":
        raise StepError
    if step["type"] == "condition":
        return meaning, {meaning}
    if step["type"] == "approval":
        decision = verdict.decided.get(path, "expired")
        unsaid = {"comment": "", "form": {}, "approver": ANYTHING, "decisions": ANYTHING}
        return {"decision": decision, **unsaid}, {decision}
    if meaning == "anything":
        return ANYTHING, set()
    if isinstance(meaning, dict):
        return meaning["payload"], set()
    return {"from": [names.get(name) for name in meaning]}, set()


def _loop(step: dict, steps: Sequence[dict], path: str, verdict: Verdict) -> Any:
    config, results, last = step["config"], [], None
    for index, item in enumerate(config["items"]):
        loop = {"item": item, "index": index}
        try:
            last = _scope(steps, step["id"], f"{path}[{index}].", loop, verdict)
        except StepError:
            if config["on_item_error"] == "fail":
                raise
            results += [None] if config["on_item_error"] == "continue" else []
            continue
        results.append(last)
        if step["meaning"] == index:
            break
    return {"all": results, "last": last, "none": None}[config["collect"]]


def _group(step: dict, steps: Sequence[dict], prefix: str, names: dict, verdict: Verdict) -> Any:
    """A part of the scope around it, whose names it shares."""
    config = step["config"]
    _, failed = _members(steps, step["id"], prefix, names, verdict)
    if failed and config["on_failure"] != "continue":
        if config["on_failure"] == "stop":
            inside = _inside(step["id"], steps)
            verdict.loose_steps += [prefix + id_ for id_ in inside]
            names |= dict.fromkeys(inside, ANYTHING)
        raise StepError
    if config["collect"] == "last":
        return ANYTHING
    undoing = {other.get("compensate") for other in steps}
    members = [other["id"] for other in steps if other.get("parent") == step["id"] and other["id"] not in undoing]
    return {id_: ANYTHING if id_ in failed else names[id_] for id_ in members}


def _inside(group: str, steps: Sequence[dict]) -> list[str]:
    """All steps of a group and of groups in it."""
    own = [step["id"] for step in steps if step.get("parent") == group]
    groups = [step["id"] for step in steps if step["id"] in own and step["type"] == "group"]
    return own + [id_ for inner in groups for id_ in _inside(inner, steps)]


def same(expected: Any, found: Any) -> bool:
    """Whether a value is the expected one, where that is decided."""
    if expected is ANYTHING:
        return True
    if isinstance(expected, list):
        return isinstance(found, list) and len(expected) == len(found) and all(map(same, expected, found))
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and expected.keys() == found.keys()
            and all(same(value, found[key]) for key, value in expected.items())
        )
    return bool(expected == found)
