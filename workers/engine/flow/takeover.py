"""Takes over what earlier owners recorded: results are reused, waits go on, what was interrupted is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend.catalog.steps import Result, StepType
from backend.jobs.models import StepRun
from backend.jobs.recorded import Recorded
from backend.workflows.graph import Graph
from workers.engine.flow import outcome, paths, replay, scope
from workers.engine.flow.activity import Activity

if TYPE_CHECKING:
    from workers.engine.flow.flow import Flow

_ENOUGH = 500  # new steps in a row, after which nothing more is expected to be taken over


class Takeover:
    """The recorded step runs of one job that its owner has not come to yet, of which a piece is in memory."""

    def __init__(self, flow: Flow, graph: Graph, recorded: Recorded) -> None:
        self._flow = flow
        self._graph = graph
        self._source = recorded
        self._recorded: dict[str, StepRun] = {}
        self._forgotten: list[str] = []  # places that are done anew
        self._over: list[str] = []  # places that are not entered again: they begin so
        self._new_ones = 0  # steps begun since one was taken over
        self._cancelled: list[Activity] = []  # by an earlier owner, together with their scope
        self._read()

    def in_progress(self) -> bool:
        """Whether there may be more to take over before anything new is decided."""
        return bool(self._recorded or self._source.more) and self._new_ones < _ENOUGH

    def discard(self, path: str) -> bool:
        """Whether something was recorded of a step that is skipped."""
        return self._take(path) is not None

    def forget(self, inside: list[str]) -> None:
        """Some places are done anew."""
        self._forgotten.extend(inside)
        self._recorded = {path: run for path, run in self._recorded.items() if not paths.fits(path, inside)}

    def to_be_undone(self) -> list[StepRun]:
        """What there may be to undo of places that were not entered again, such as loops that had ended."""
        while self._graph.compensations and self._read():
            pass
        return [self._recorded.pop(run.path) for run in list(self._recorded.values()) if "undo" in (run.aside or {})]

    def adopt(self, activity: Activity) -> bool:
        """Goes on with a step from what is recorded of it; False when it is to be started, perhaps again."""
        run = self._take(activity.path)
        self._new_ones = self._new_ones + 1 if run is None else 0
        return run is not None and self._adopt(activity, run)

    def settle(self) -> bool:
        """Once all that was recorded has its effect: what was cancelled ends with its scope; False if nothing was."""
        cancelled, self._cancelled = self._cancelled, []
        for activity in cancelled:
            if activity.stopped():
                self._flow.scopes.release(activity.frame)
            else:  # time ran out for it, and by a clock that was set back it has not
                activity.frame.fresh = True
                self._flow.start(activity)
        return bool(cancelled)

    def _take(self, path: str) -> StepRun | None:
        while path not in self._recorded and self._source.more and self._read():
            pass
        return self._recorded.pop(path, None)

    def _read(self) -> bool:
        """The next piece; False when there is none. What can be undone is wanted even of places that are over."""
        piece = self._source.next(without=() if self._graph.compensations else self._over)
        self._recorded |= {run.path: run for run in piece if not paths.fits(run.path, self._forgotten)}
        return bool(piece)

    def _adopt(self, activity: Activity, run: StepRun) -> bool:
        flow = self._flow
        found = replay.adopt(activity, run, container=StepType.registry.get(run.type).container)
        if (found.result or found.error is not None) and self._graph.scopes.get(activity.node.id):
            self._leave_behind(activity)
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
        elif found.cancelled:
            self._cancelled.append(activity)
        else:
            return False
        return True

    def _leave_behind(self, activity: Activity) -> None:
        """A container that has ended is not entered again; what the steps of a group gave stays in scope."""
        inside = paths.inside(self._graph, activity.node, prefix=activity.frame.prefix)
        iterations = [place for place in inside if place.endswith("[")]
        if not self._graph.compensations:
            self._over += iterations
            self._recorded = {path: run for path, run in self._recorded.items() if not paths.fits(path, iterations)}
        members = (self._take(path) for path in inside if not path.endswith("["))
        known = [run for run in members if run is not None]
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
