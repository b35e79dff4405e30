"""Loops in motion: opens a frame for each iteration, as many at a time as the loop allows, and gathers the results."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from backend.catalog.steps import Iterate, Result, StepFailed
from workers.engine.base.large import sized
from workers.engine.flow import scope
from workers.engine.flow.activity import Activity
from workers.engine.flow.frame import Frame
from workers.engine.flow.loop import Loop

if TYPE_CHECKING:
    from workers.engine.flow.flow import Flow


class Loops:
    """The loops of one job."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow

    def open(self, activity: Activity, plan: Iterate) -> None:
        """A loop begins, or goes on after another owner."""
        self._flow.recorder.step(activity.record("running"))
        loop = Loop(activity, plan, evaluate=partial(self._flow.performer.evaluate, activity))
        self._flow.todo.append(partial(self._iterate, loop))

    def _iterate(self, loop: Loop) -> None:
        """Opens the iterations that may run now; without any more, and none at work, the loop ends."""
        failure = self._flow.why_stopped(loop.activity)
        try:
            while failure is None and loop.wants_more():
                self._flow.check_size()
                self._open_iteration(loop)
        except StepFailed as found:
            failure = found
        if failure is not None:
            self._fail(loop, failure)
        elif loop.exhausted and not loop.open:
            self._end(loop)

    def _open_iteration(self, loop: Loop) -> None:
        activity, index = loop.activity, loop.begin()
        frame = Frame(
            activity.frame.graph,
            scope=activity.node.id,
            prefix=f"{activity.path}[{index}].",
            variables=scope.inner_variables(activity.frame.variables, loop.variables(index)),
            outer=activity.frame,
        )
        loop.open[index] = frame
        self._flow.scopes.open(frame, activity=activity, on_close=partial(self._end_iteration, loop, index))

    def _end_iteration(self, loop: Loop, index: int, frame: Frame) -> None:
        del loop.open[index]
        failure = self._flow.why_stopped(loop.activity) or loop.failure
        if failure is None:
            try:
                if frame.error is not None:
                    loop.failed(index, frame.error)
                else:
                    loop.succeeded(index, frame.result, frame.variables.maps[0])
            except StepFailed as found:
                failure = found
        if failure is not None:
            self._fail(loop, failure)
            return
        if frame.fresh and loop.tells_progress():  # of what was taken over, everybody knows already
            node, path = loop.activity.node, loop.activity.path
            self._flow.recorder.event("step.progress", step=node.id, path=path, **loop.progress())
        self._flow.todo.append(partial(self._iterate, loop))

    def _fail(self, loop: Loop, failure: StepFailed) -> None:
        """Ends the loop, once those iterations have ended that are still at work."""
        loop.failure = loop.failure or failure
        for frame in list(loop.open.values()):
            if not frame.stopping:
                self._flow.scopes.give_up(frame)
        if not loop.open:
            self._flow.failed(loop.activity, loop.failure)

    def _end(self, loop: Loop) -> None:
        activity = loop.activity
        if loop.errors:
            self._flow.warn(activity.node.id, f"{len(loop.errors)} of {loop.done} iterations failed")
        names = loop.after()
        answer = sized(Result(output=loop.output()))
        if isinstance(answer, Result):
            scope.note_loop(activity.frame.variables, names, in_loop=activity.frame.in_loop())
        self._flow.complete(activity, answer, aside={"names": names})
