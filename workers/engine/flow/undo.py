"""Compensations: which completed steps of a job are undone when it does not succeed, and in which order. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from backend.jobs.models import StepRun
from workers.engine.flow.activity import Activity
from workers.engine.flow.frame import Frame, Rules


@dataclass(frozen=True, slots=True)
class Entry:
    """A completed step that another step undoes."""

    frame: Frame  # whose variables the other step sees
    path: str
    target: str
    completed: tuple[str, int]  # when, and which of those at the same time


class Undo:
    """The completed steps of one job that can be undone."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def note(self, activity: Activity) -> None:
        """A step has succeeded. One that is done again, as its group was, is undone once."""
        target = activity.node.step.compensate
        if target is None or target not in activity.frame.graph.nodes or activity.frame.undoing:
            return
        completed = (activity.ended_at, activity.order)
        self._entries[activity.path] = Entry(activity.frame, activity.path, target, completed)

    def note_recorded(self, run: StepRun, top: Frame) -> None:
        """A step is only known as recorded, with the names of its iteration beside it."""
        names, graph = (run.aside or {}).get("undo"), top.graph
        target = graph.nodes[run.step].step.compensate if run.step in graph.nodes else None
        if run.status == "success" and names is not None and target in graph.nodes:
            prefix = run.path.removesuffix(run.step)
            frame = Frame(graph, scope=None, prefix=prefix, variables=top.variables.new_child(names))
            completed = (run.attempts[-1]["ended_at"] if run.attempts else "", run.order)
            self._entries[run.path] = Entry(frame, run.path, target, completed)

    def __bool__(self) -> bool:
        return bool(self._entries)

    def pop(self) -> Entry:
        """The step that was completed last of those that are left."""
        last = max(self._entries.values(), key=lambda entry: entry.completed)
        return self._entries.pop(last.path)


def frame_for(entry: Entry) -> Frame:
    """A scope of its own for the step that undoes another one."""
    around = entry.frame
    parent = around.graph.nodes[entry.target].parent
    return Frame(
        around.graph,
        scope=parent,
        prefix=around.prefix,
        variables=around.variables,
        rules=Rules(undoes=entry.path),
    )
