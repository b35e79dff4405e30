"""Steps that begin to wait, for a moment, a signal or a job of their own, and steps that go on afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from backend.catalog.steps import Result, StartChild, StepFailed, Wait
from backend.common.json import JSON
from backend.jobs import waits
from workers.engine.base import clock
from workers.engine.flow import replay
from workers.engine.flow.activity import Activity
from workers.engine.flow.frame import PASSED_OVER

if TYPE_CHECKING:
    from workers.engine.flow.flow import Flow


class Parking:
    """The waits of one job's steps, from their beginning to their end."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow

    def wait(self, activity: Activity, wait: Wait) -> None:
        """The step begins to wait."""
        if activity.frame.stopped():
            self._flow.recorder.ended(activity, "cancelled")
            self._flow.scopes.release(activity.frame)
            return
        if wait.after is not None:
            wait = replace(wait, until=clock.now() + timedelta(seconds=wait.after), after=None)
        self._flow.recorder.waits(activity, wait)
        self._flow.waits.add(activity, wait)

    def start_child(self, activity: Activity, asked: StartChild) -> None:
        """The step starts a job, and waits for its end if it asks for that."""
        if activity.frame.stopped():
            self._flow.failed(activity, StepFailed("Stopped before it began.", error_type="cancelled"))
            return
        child = self._flow.performer.child(activity, asked)
        if isinstance(child, StepFailed):
            self._flow.failed(activity, child)
            return
        self._flow.recorder.within(child.store)
        aside: dict[str, JSON] = {"child": str(child.id)}
        if "child" in activity.aside:  # a step may start several, one after the other
            aside["children"] = [*activity.aside.get("children", [activity.aside["child"]]), str(child.id)]
        if asked.wait:
            activity.aside = {**activity.aside, **aside}
            reason = f"It waits for the job that it started of “{asked.workflow}”"
            self.wait(activity, Wait(reason, signal=waits.CHILD, data={"job": str(child.id)}))
        else:
            self._flow.complete(activity, Result({"job": str(child.id)}), aside=aside)

    def resume(self, activity: Activity, delivery: JSON, *, signal: str) -> None:
        """A waiting step goes on with what was delivered, or with None as its time is up."""
        if signal == waits.ATTENTION:
            self._resolve(activity, (delivery or {}).get("action"))
            return
        self._flow.complete(activity, self._flow.performer.resume(activity, delivery))

    def _resolve(self, activity: Activity, action: JSON) -> None:
        """Somebody has decided about a step that was interrupted."""
        if action == "retry":
            self._flow.retry(activity)
        elif action == "skip":
            self._flow.recorder.ended(activity, "skipped")
            activity.note_status(activity.frame.variables, "skipped")
            self._flow.scopes.ended(activity.frame, activity.node, PASSED_OVER)
        else:
            self._flow.failed(activity, replay.given_up())
