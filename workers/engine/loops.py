"""Loops in motion: opens a frame for each iteration and gathers what came of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from backend.catalog.steps import Iterate, Result, StepFailed
from workers.engine import scope
from workers.engine.activity import Activity
from workers.engine.execute import sized
from workers.engine.frame import Frame
from workers.engine.loop import Loop

if TYPE_CHECKING:
    from workers.engine.flow import Flow


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
        try:
            goes_on = loop.goes_on()
            self._flow.check_size()
        except StepFailed as failure:
            self._flow.failed(loop.activity, failure)
            return
        if not goes_on:
            self._end(loop)
            return
        activity = loop.activity
        frame = Frame(
            activity.frame.graph,
            scope=activity.node.id,
            prefix=f"{activity.path}[{loop.index}].",
            variables=scope.inner_variables(activity.frame.variables, loop.variables()),
            outer=activity.frame,
        )
        self._flow.open(frame, on_close=partial(self._end_iteration, loop))

    def _end_iteration(self, loop: Loop, frame: Frame) -> None:
        activity = loop.activity
        try:
            if activity.frame.stopped():
                raise StepFailed("The loop was stopped.", error_type="cancelled")  # noqa: TRY301 one way to fail a loop
            if frame.error is not None:
                loop.failed(frame.error)
            else:
                loop.succeeded(frame.result, frame.variables.maps[0])
        except StepFailed as failure:
            self._flow.failed(activity, failure)
            return
        if frame.fresh:  # of what was taken over, everybody knows already
            self._flow.recorder.event("step.progress", step=activity.node.id, path=activity.path, **loop.progress())
        self._flow.todo.append(partial(self._iterate, loop))

    def _end(self, loop: Loop) -> None:
        activity = loop.activity
        names = loop.after()
        if loop.errors:
            self._flow.warn(activity.node.id, f"{len(loop.errors)} of {loop.index} iterations failed")
        answer = sized(Result(output=loop.output()))
        if isinstance(answer, Result):
            scope.note_loop(activity.frame.variables, names, in_loop=activity.frame.outer is not None)
        self._flow.complete(activity, answer, aside={"names": names})
