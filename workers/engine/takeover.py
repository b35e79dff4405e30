"""Takes over what earlier owners recorded: results are reused, waits go on, what was interrupted is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from backend.catalog.steps import Result, StepType
from backend.jobs.models import StepRun
from backend.workflows.graph import Graph
from workers.engine import outcome, paths, replay, scope
from workers.engine.activity import Activity

if TYPE_CHECKING:
    from workers.engine.flow import Flow

_ENOUGH = 500  # new steps in a row, after which nothing more is expected to be taken over


class Takeover:
    """The recorded step runs of one job that its owner has not come to yet."""

    def __init__(self, flow: Flow, graph: Graph, recorded: Iterable[StepRun]) -> None:
        self._flow = flow
        self._graph = graph
        self._recorded = {run.path: run for run in recorded}
        self._new_ones = 0  # steps begun since one was taken over

    def in_progress(self) -> bool:
        """Whether there may be more to take over before anything new is decided."""
        return bool(self._recorded) and self._new_ones < _ENOUGH

    def discard(self, path: str) -> bool:
        """Whether something was recorded of a step that is skipped."""
        return self._recorded.pop(path, None) is not None

    def forget(self, inside: list[str]) -> None:
        """Some places are done anew."""
        self._recorded = {path: run for path, run in self._recorded.items() if not paths.fits(path, inside)}

    def to_be_undone(self) -> list[StepRun]:
        """What there may be to undo of places that were not entered again, such as loops that had ended."""
        return [self._recorded.pop(run.path) for run in list(self._recorded.values()) if "undo" in (run.aside or {})]

    def adopt(self, activity: Activity) -> bool:
        """Goes on with a step from what is recorded of it; False when it is to be started, perhaps again."""
        run = self._recorded.pop(activity.path, None)
        self._new_ones = self._new_ones + 1 if run is None else 0
        return run is not None and self._adopt(activity, run)

    def _adopt(self, activity: Activity, run: StepRun) -> bool:
        flow = self._flow
        found = replay.adopt(activity, run, container=StepType.registry.get(run.type).container)
        if (found.result or found.error is not None) and self._graph.scopes.get(activity.node.id):
            self._restore_inside(activity)
        if found.result:
            flow.go_on_after_success(activity, _result(activity, run))
        elif found.error is not None:
            flow.go_on_after_failure(activity, found.error, outcome.of_failure(self._graph, activity.node))
        elif found.wait is not None and found.begins:
            flow.parking.wait(activity, found.wait)
        elif found.wait is not None:
            flow.recorder.note_waiting(activity.path)
            flow.waits.add(activity, found.wait)
        elif found.resume_in is not None:
            flow.timers.add(activity, seconds=found.resume_in)
        elif found.interruption is not None:
            flow.failed(activity, found.interruption)
        else:
            return False
        return True

    def _restore_inside(self, activity: Activity) -> None:
        """A group that has ended is not entered again, but what its steps gave stays in scope."""
        inside = paths.inside(self._graph, activity.node, prefix=activity.frame.prefix)
        known = [self._recorded.pop(path) for path in inside if path in self._recorded]
        for run in sorted(known, key=lambda run: (run.ended_at is None, run.ended_at, run.order)):
            node = self._graph.nodes[run.step]
            inner = Activity(frame=activity.frame, node=node, order=run.order, variables={})
            found = replay.adopt(inner, run, container=True)
            if found.result:
                self._flow.results.note_success(inner, _result(inner, run))
            elif found.error is not None:
                self._flow.results.note_failure(inner, found.error, outcome.of_failure(self._graph, node))


def _result(activity: Activity, run: StepRun) -> Result:
    """The result as it was when it was recorded; what a loop left in scope is put there again."""
    aside = run.aside or {}
    if "names" in aside:
        scope.note_loop(activity.frame.variables, aside["names"], in_loop=activity.frame.in_loop())
    job_output = run.output if run.type == "output" else None
    return Result(run.output, port=run.port or None, job_output=job_output, response=aside.get("response"))
