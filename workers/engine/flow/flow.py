"""How a job flows: what the end of one step starts, skips, repeats or gives up.

The life of a step: `begin`, then taken over from an earlier owner or started; an answer comes to `complete`, which
hands it to whoever deals with its kind; `failed` tries again or goes on after the failure. Knows no threads and no
clock but the recorder's: the runner tells it what ended and takes from it what is to be started.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable

from backend.catalog.steps import Again, Answer, Enter, Iterate, Result, StartChild, StepFailed, Wait
from backend.common.json import JSON
from backend.jobs.recorded import Recorded
from backend.workflows.graph import Graph, Node
from workers.engine.flow import outcome, paths, replay, retry, scope
from workers.engine.flow.activity import Activity
from workers.engine.flow.ending import Ending
from workers.engine.flow.frame import PASSED_OVER, Frame, success_ports
from workers.engine.flow.groups import Groups
from workers.engine.flow.loops import Loops
from workers.engine.flow.outcome import FailureOutcome
from workers.engine.flow.parking import Parking
from workers.engine.flow.performer import Performer
from workers.engine.flow.recorder import Recorder
from workers.engine.flow.results import Results
from workers.engine.flow.scopes import Scopes
from workers.engine.flow.takeover import Takeover
from workers.engine.flow.timers import Timers
from workers.engine.flow.undo import Undo
from workers.engine.flow.undoing import Undoing
from workers.engine.flow.waiting import Waits, for_retry

MAX_STEP_RUNS = 250_000  # of one job: what loops in loops can add up to


class Flow:
    """The steps of one job in motion."""

    def __init__(
        self,
        graph: Graph,
        *,
        recorder: Recorder,
        ending: Ending,
        performer: Performer,
        recorded: Recorded,
        pins: bool = False,
    ) -> None:
        self.todo: deque[Callable[[], None]] = deque()  # decisions to carry out, in order
        self.effects: deque[Activity] = deque()  # steps to start once it is recorded that they start
        self.timers: Timers[Activity] = Timers()  # steps that are tried again
        self.limits: Timers[Activity] = Timers()  # containers, with the end of their time
        self.waits = Waits()  # steps that wait for a signal or a moment
        self.recorder = recorder
        self.performer = performer
        self.ending = ending
        self.scopes = Scopes(self)
        self.takeover = Takeover(self, graph, recorded)
        self.parking = Parking(self)
        undo = Undo()
        self.results = Results(ending=ending, undo=undo)
        self.undoing = Undoing(self, undo)
        self._loops = Loops(self)
        self._groups = Groups(self)
        self._graph = graph
        self._pins = pins  # whether steps with a pinned output give that instead of running
        self._order = recorded.highest
        self._count = 0  # step runs of the job, those taken over included

    # --- a step begins ----------------------------------------------------------------------------------------------

    def begin(self, frame: Frame, node: Node) -> None:
        """Starts a decided step, or takes over what is recorded of it."""
        if frame.stopped():
            self.scopes.release(frame)
        elif not node.enabled:
            self._pass_over(frame, node, PASSED_OVER)
        else:
            activity = self._activity(frame, node)
            if not self.takeover.adopt(activity):
                frame.fresh = True
                self.start(activity)

    def skip(self, frame: Frame, node: Node, taken: frozenset[str]) -> None:
        """The branch of the step was not taken."""
        frame.at_work += 1
        self._pass_over(frame, node, taken)

    def _pass_over(self, frame: Frame, node: Node, taken: frozenset[str]) -> None:
        if frame.stopped():
            self.scopes.release(frame)
            return
        self._leave_out(frame, node)
        self.scopes.ended(frame, node, taken)

    def _leave_out(self, frame: Frame, node: Node) -> None:
        activity = self._activity(frame, node)
        if not self.takeover.discard(activity.path):
            frame.fresh = True
            self.recorder.ended(activity, "skipped")
        scope.note_status(frame.variables, node, status="skipped", attempts=0, duration=None)

    def _activity(self, frame: Frame, node: Node) -> Activity:
        self._order += 1
        self._count += 1
        aside: dict[str, JSON] = {"compensates": frame.rules.undoes} if frame.rules.undoes else {}
        return Activity(frame=frame, node=node, order=self._order, variables=scope.flat(frame.variables), aside=aside)

    def start(self, activity: Activity, *, again: bool = False) -> None:
        """Starts a step, or the next attempt of one."""
        known = activity.known
        step_type = known.type
        if self._pins and activity.node.step.is_pinned:
            self.recorder.began(activity)
            pinned = step_type.pinned(activity.node.step.config, activity.node.step.pinned_output)
            self.complete(activity, pinned, aside={"pinned": True})
            return
        if not (step_type.container or known.pure) or self.performer.acts_outside(activity):
            self.effects.append(activity)
            return
        if again or not (step_type.container and activity.attempts):  # one that is taken over goes on with its attempt
            self.recorder.began(activity)
        if step_type.container and activity.node.step.timeout is not None:
            self.limits.add(activity, seconds=activity.seconds_left())
        self.complete(activity, self.performer.perform(activity))

    def retry(self, activity: Activity) -> None:
        """A failed step is tried again; of a container, all that is inside."""
        if activity.known.type.container:
            inside = paths.inside(self._graph, activity.node, prefix=activity.frame.prefix)
            self.recorder.forget(inside)
            self.takeover.forget(inside)
        self.start(activity, again=True)

    # --- a step answers ---------------------------------------------------------------------------------------------

    def complete(self, activity: Activity, answer: Answer | StepFailed, *, aside: JSON = None) -> None:
        """A step has answered; `aside` is kept with its result."""
        self._without_limit(activity, answer)
        answer = self.performer.keep(answer)
        if isinstance(answer, Result):
            self._succeeded(activity, answer, aside or {})
        elif isinstance(answer, StepFailed):
            self.failed(activity, answer)
        elif isinstance(answer, Iterate):
            self._loops.open(activity, answer)
        elif isinstance(answer, Enter):
            self._groups.open(activity, answer)
        elif isinstance(answer, StartChild):
            self.parking.start_child(activity, answer)
        elif isinstance(answer, Wait):
            self.parking.wait(activity, answer)
        elif isinstance(answer, Again):
            if answer.fresh:
                self.recorder.interrupted(activity)
            activity.goes_on = not answer.fresh
            self.start(activity, again=True)

    def _succeeded(self, activity: Activity, result: Result, aside: dict[str, JSON]) -> None:
        if activity.node.step.compensate and activity.frame.in_loop():
            activity.aside["undo"] = scope.local_names(activity.frame.variables, result=result.output, of=activity.node)
        aside = {**activity.aside, **aside}
        if result.response:
            aside["response"] = dict(result.response)
        self.recorder.ended(activity, "success", output=result.output, port=result.port or "", aside=aside or None)
        self.go_on_after_success(activity, result)

    def go_on_after_success(self, activity: Activity, result: Result) -> None:
        """What follows a step that has succeeded."""
        self.results.note_success(activity, result)
        self.scopes.ended(activity.frame, activity.node, success_ports(result.port))

    def failed(self, activity: Activity, failure: StepFailed) -> None:
        """A step has failed: it is tried again, or its failure is dealt with."""
        self._without_limit(activity, failure)
        error = activity.error(failure)
        if failure.error_type == "cancelled" and activity.frame.stopped():
            self.recorder.ended(activity, "cancelled", error=error)
            self.scopes.release(activity.frame)
            return
        delay = replay.delay_after_loss(activity, failure) or self._retry_delay(activity, failure)
        if delay is None or activity.frame.stopped():
            found = outcome.of_failure(self._graph, activity.node)
            self.recorder.failed(activity, error, found)
            self.go_on_after_failure(activity, error, found)
        else:
            self.recorder.retries(activity, error, for_retry(activity, seconds=delay), seconds=delay)
            self.timers.add(activity, seconds=delay)

    def _retry_delay(self, activity: Activity, failure: StepFailed) -> float | None:
        activity.failures += 1
        policy = activity.node.step.retry
        return retry.next_delay(policy, failure, failures=activity.failures, random=random.random)

    def go_on_after_failure(self, activity: Activity, error: dict[str, JSON], found: FailureOutcome) -> None:
        """What follows a step that has failed for good."""
        frame, node = activity.frame, activity.node
        self.results.note_failure(activity, error, found)
        if not found.handled and frame.rules.on_failure == "continue":
            frame.failures[node.id] = {key: error[key] for key in ("type", "message", "step")}
            self.warn(node.id, error["message"])
        elif not found.handled:
            self._give_up_scope(frame, error)
        if not found.handled and frame.stopping:  # nothing is decided there any more
            for doomed in frame.doomed_by(node.id, found.taken):
                self._leave_out(frame, doomed)
        self.scopes.ended(frame, node, found.taken)

    def _give_up_scope(self, frame: Frame, error: dict[str, JSON]) -> None:
        """A failure that nobody handles ends its scope: an iteration, or the job as its settings say."""
        frame.error = frame.error or error
        rule = frame.rules.on_failure
        if rule == "stop" or (not rule and (frame.outer is not None or self.ending.stops_at_failure)):
            self.scopes.give_up(frame)

    def _without_limit(self, activity: Activity, answer: Answer | StepFailed) -> None:
        if self.limits and isinstance(answer, Result | StepFailed):
            self.limits.take(lambda limited: limited is activity)

    # --- what others ask of the flow --------------------------------------------------------------------------------

    def replays(self) -> bool:
        """Whether there may be more to take over before anything new is decided."""
        return bool(self.todo) and self.takeover.in_progress()

    def warn(self, step: str, message: str) -> None:
        """Something that people should see although the job went on."""
        self.ending.warn(step, message)

    def why_stopped(self, activity: Activity) -> StepFailed | None:
        """The failure of a container whose body was stopped, from outside or by its time limit."""
        if activity.frame.stopped():
            return StepFailed("It was stopped.", error_type="cancelled")
        if activity.out_of_time:
            seconds = activity.node.step.timeout
            return StepFailed(
                f"It took longer than its time limit of {seconds:g} seconds.", error_type="timeout", retryable=True
            )
        return None

    def check_size(self) -> None:
        """Raises StepFailed when the job has run too many steps to begin another round."""
        if self._count >= MAX_STEP_RUNS:
            message = f"The job has run {self._count:,} steps; a job may run {MAX_STEP_RUNS:,} steps."
            hint = "Go over fewer items, or start a job for each part of them."
            raise StepFailed(message, error_type="limit", hint=hint)
