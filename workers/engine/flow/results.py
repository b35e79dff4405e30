"""What a step leaves behind when it has ended: names in scope, a part of its scope's result, something to undo."""

from __future__ import annotations

from backend.catalog.steps import Result
from backend.common.json import JSON
from workers.engine.flow import scope
from workers.engine.flow.activity import Activity
from workers.engine.flow.ending import Ending
from workers.engine.flow.outcome import FailureOutcome
from workers.engine.flow.undo import Undo


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
        is_output = result.job_output is not None
        frame.give(result.output, by_output=is_output, at=activity.ended_at)
        if is_output:
            self._give_home(activity, result)
        self._undo.note(activity)

    def _give_home(self, activity: Activity, result: Result) -> None:
        """An output step in a group gives what it has to the scope that the group is a part of."""
        frame, home = activity.frame, activity.frame.home()
        if home.outer is None:
            self._ending.add_output(result)
        if home is not frame:
            home.give(result.output, by_output=True, at=activity.ended_at)

    def note_failure(self, activity: Activity, error: dict[str, JSON], found: FailureOutcome) -> None:
        """A step has failed for good, now or before an earlier owner was lost."""
        frame, node = activity.frame, activity.node
        scope.note_success(frame.variables, node, found.output)
        scope.note_error(frame.variables, node, error, len(activity.attempts))
        activity.note_status(frame.variables, "failed")
        if found.continued:
            frame.give(found.output, by_output=False, at=activity.ended_at)
            self._ending.warn(node.id, error["message"])
