"""What a step leaves behind when it has ended: names in scope, a part of its scope's result, something to undo."""

from __future__ import annotations

from backend.catalog.steps import Result
from backend.common.json import JSON
from workers.engine import scope
from workers.engine.activity import Activity
from workers.engine.ending import Ending
from workers.engine.outcome import FailureOutcome
from workers.engine.undo import Undo


class Results:
    """The results of one job's steps on their way into its scopes."""

    def __init__(self, *, ending: Ending, undo: Undo) -> None:
        self._ending = ending
        self._undo = undo

    def note_success(self, activity: Activity, result: Result) -> None:
        """A step has succeeded, now or before an earlier owner was lost."""
        frame, node = activity.frame, activity.node
        scope.note_success(frame.variables, node, result.output)
        activity.note_status(frame.variables, "success")
        is_output, home = result.job_output is not None, frame.home()
        if is_output and home.outer is None:
            self._ending.add_output(result)
        for receiver in {frame, home} if is_output else {frame}:
            receiver.give(result.output, by_output=is_output, at=activity.ended_at)
        self._undo.note(activity)

    def note_failure(self, activity: Activity, error: dict[str, JSON], found: FailureOutcome) -> None:
        """A step has failed for good, now or before an earlier owner was lost."""
        frame, node = activity.frame, activity.node
        scope.note_success(frame.variables, node, found.output)
        scope.note_error(frame.variables, node, error, len(activity.attempts))
        activity.note_status(frame.variables, "failed")
        if found.continued:
            frame.give(found.output, by_output=False, at=activity.ended_at)
            self._ending.warn(node.id, error["message"])
