"""How a job flows: what the end of one step starts, skips, repeats or gives up.

Knows no threads and no clock but the recorder's: the runner tells it what ended and takes from it what is to be
started.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Protocol
from uuid import UUID

from backend.catalog.steps import Again, Answer, Enter, Iterate, Result, StartChild, StepFailed, StepType, Wait
from backend.common import faultpoints
from backend.common.json import JSON
from backend.jobs.models import StepRun
from backend.workflows.graph import Graph, Node
from workers.engine import clock, outcome, paths, replay, retry, scope
from workers.engine.activity import Activity
from workers.engine.ending import Ending
from workers.engine.frame import PASSED_OVER, SKIPPED_PORTS, Frame, Moves, success_ports
from workers.engine.groups import Groups
from workers.engine.loops import Loops
from workers.engine.recorder import Recorder
from workers.engine.timers import Timers
from workers.engine.undo import Undo, frame_for
from workers.engine.waiting import CHILD, Waits, for_retry

_ENOUGH = 500  # new steps in a row, after which nothing more is expected to be taken over
MAX_STEP_RUNS = 250_000  # of one job: what loops in loops can add up to


@dataclass(frozen=True, slots=True)
class Inner:
    """A scope that a container has opened."""

    frame: Frame
    activity: Activity | None  # the container; none has opened what undoes a step
    on_close: Callable[[Frame], None]


class Child(Protocol):
    """A job to be started for a step."""

    @property
    def id(self) -> UUID:
        """Its id, known before it is stored."""

    def store(self) -> None:
        """Makes it real, in the transaction that is going on."""


class Performer(Protocol):
    """Does the work of steps."""

    def perform(self, activity: Activity) -> Answer | StepFailed:
        """Runs one attempt, here and now."""

    def resume(self, activity: Activity, delivery: JSON) -> Answer | StepFailed:
        """Goes on with a step that has waited, here and now."""

    def child(self, activity: Activity, asked: StartChild) -> Child | StepFailed:
        """A job to be started for a step, not stored yet."""

    def keep(self, answer: Answer | StepFailed) -> Answer | StepFailed:
        """The answer as its row holds it: a large value by reference."""

    def evaluate(self, activity: Activity, expression: str, names: dict[str, JSON]) -> JSON:
        """An expression in the step's scope, with more names on top. Raises StepFailed."""


class Flow:
    """The steps of one job in motion."""

    def __init__(
        self, graph: Graph, *, recorder: Recorder, ending: Ending, performer: Performer, recorded: list[StepRun]
    ) -> None:
        self.todo: deque[Callable[[], None]] = deque()  # decisions to carry out, in order
        self.effects: deque[Activity] = deque()  # steps to start once it is recorded that they start
        self.timers: Timers[Activity] = Timers()  # steps that are tried again
        self.limits: Timers[Activity] = Timers()  # containers, with the end of their time
        self.undo = Undo()
        self.waits = Waits()  # steps that wait for a signal or a moment
        self.recorder = recorder
        self.performer = performer
        self._graph = graph
        self._ending = ending
        self._recorded = {run.path: run for run in recorded}
        self._top: Frame | None = None
        self._new_ones = 0  # steps begun since one was taken over
        self._gathered = False  # what there is to undo of places that were not entered again
        self._order = max((run.order for run in recorded), default=0)
        self._count = 0  # step runs of the job, those taken over included
        self._loops = Loops(self)
        self._groups = Groups(self)
        self._inner: dict[int, Inner] = {}  # the scopes that containers have opened, by identity

    # --- moving on --------------------------------------------------------------------------------------------------

    def enter(self, frame: Frame) -> None:
        """Starts a scope."""
        self._top = self._top or frame
        self._move(frame, frame.begin())

    def open(self, frame: Frame, *, activity: Activity, on_close: Callable[[Frame], None]) -> None:
        """Starts a scope inside a container's; `on_close` follows its end."""
        self._inner[id(frame)] = Inner(frame, activity, on_close)
        self.enter(frame)

    def _move(self, frame: Frame, moves: Moves) -> None:
        if not frame.stopped():
            frame.active += len(moves.skip) + len(moves.run)
            self.todo.extend(partial(self._skip, frame, node, SKIPPED_PORTS) for node in moves.skip)
            frame.backlog.extend(moves.run)
            self._start_backlog(frame)
        if frame.active == 0:
            self._close(frame)

    def _start_backlog(self, frame: Frame) -> None:
        while frame.backlog and not frame.is_full():
            frame.at_work += 1
            self.todo.append(partial(self._begin, frame, frame.backlog.popleft()))

    def _ended(self, frame: Frame, node: Node, taken: frozenset[str]) -> None:
        frame.active -= 1
        frame.at_work -= 1
        self._move(frame, frame.end(node.id, taken))

    def release(self, frame: Frame) -> None:
        """A step of the scope will never end by itself."""
        frame.active -= 1
        frame.at_work -= 1
        self._start_backlog(frame)
        if frame.active == 0:
            self._close(frame)

    def _close(self, frame: Frame) -> None:
        inner = self._inner.pop(id(frame), None)
        if inner is not None:
            self.todo.append(partial(inner.on_close, frame))
        elif frame.outer is None:
            self._ending.close(frame.error)

    def give_up(self, frame: Frame) -> None:
        """Starts nothing more in a scope; what waits ends here, what runs is told to stop and still heard."""
        frame.stopping = True
        for activity in (*self.timers.take(Activity.stopped), *self.waits.take(Activity.stopped)):
            self.recorder.ended(activity, "cancelled")
            self.release(activity.frame)

    # --- starting ---------------------------------------------------------------------------------------------------

    def _activity(self, frame: Frame, node: Node) -> Activity:
        self._order += 1
        self._count += 1
        aside: dict[str, JSON] = {"compensates": frame.rules.undoes} if frame.rules.undoes else {}
        return Activity(frame=frame, node=node, order=self._order, variables=dict(frame.variables), aside=aside)

    def _skip(self, frame: Frame, node: Node, taken: frozenset[str]) -> None:
        frame.at_work += 1
        self._pass_over(frame, node, taken)

    def _pass_over(self, frame: Frame, node: Node, taken: frozenset[str]) -> None:
        if frame.stopped():
            self.release(frame)
            return
        activity = self._activity(frame, node)
        if self._recorded.pop(activity.path, None) is None:
            frame.fresh = True
            self.recorder.ended(activity, "skipped")
        scope.note_status(frame.variables, node, status="skipped", attempts=0, duration=None)
        self._ended(frame, node, taken)

    def _begin(self, frame: Frame, node: Node) -> None:
        """Starts a decided step, or takes over what is recorded of it."""
        if frame.stopped():
            self.release(frame)
        elif not node.enabled:
            self._pass_over(frame, node, PASSED_OVER)
        else:
            activity = self._activity(frame, node)
            run = self._recorded.pop(activity.path, None)
            self._new_ones = self._new_ones + 1 if run is None else 0
            if run is None or not self._adopt(activity, run):
                frame.fresh = True
                self._start(activity)

    def retry(self, activity: Activity) -> None:
        """A failed step is tried again; of a container, all that is inside."""
        if StepType.registry.get(activity.node.type).container:
            inside = paths.inside(self._graph, activity.node, prefix=activity.frame.prefix)
            self.recorder.forget(inside)
            self._recorded = {path: run for path, run in self._recorded.items() if not paths.fits(path, inside)}
        self._start(activity, again=True)

    def _start(self, activity: Activity, *, again: bool = False) -> None:
        step_type = StepType.registry.get(activity.node.type)
        if not step_type.container and not step_type.is_pure(activity.node.step.config):
            self.effects.append(activity)
            return
        if again or not (step_type.container and activity.attempts):  # one that is taken over goes on with its attempt
            self.recorder.began(activity)
        if step_type.container and activity.node.step.timeout is not None:
            self.limits.add(activity, seconds=activity.seconds_left())
        self.complete(activity, self.performer.perform(activity))

    def _adopt(self, activity: Activity, run: StepRun) -> bool:
        """Takes over a recorded step run; False when the step is to be started again."""
        found = replay.adopt(activity, run, container=StepType.registry.get(run.type).container)
        if (found.result or found.error is not None) and self._graph.scopes.get(activity.node.id):
            self._restore_inside(activity)
        if found.result:
            self._take_over(activity, run)
        elif found.error is not None:
            self._go_on_after_failure(activity, found.error, self._outcome(activity.node))
        elif found.wait is not None and found.begins:
            self._wait(activity, found.wait)
        elif found.wait is not None:
            self.recorder.note_waiting(activity.path)
            self.waits.add(activity, found.wait)
        elif found.resume_in is not None:
            self.timers.add(activity, seconds=found.resume_in)
        elif found.interruption is not None:
            self.failed(activity, found.interruption)
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
                self._note_success(inner, self._recorded_result(inner, run))
            elif found.error is not None:
                self._note_failure(inner, found.error, self._outcome(node))

    def _take_over(self, activity: Activity, run: StepRun) -> None:
        self._go_on_after_success(activity, self._recorded_result(activity, run))

    def _recorded_result(self, activity: Activity, run: StepRun) -> Result:
        aside = run.aside or {}
        if "names" in aside:
            scope.note_loop(activity.frame.variables, aside["names"], in_loop=activity.frame.in_loop())
        job_output = run.output if run.type == "output" else None
        return Result(run.output, port=run.port or None, job_output=job_output, response=aside.get("response"))

    # --- ending -----------------------------------------------------------------------------------------------------

    def complete(self, activity: Activity, answer: Answer | StepFailed, *, aside: JSON = None) -> None:
        """A step has answered; `aside` is kept with its result."""
        self._without_limit(activity, answer)
        answer = self.performer.keep(answer)
        if isinstance(answer, StepFailed):
            self.failed(activity, answer)
        elif isinstance(answer, Iterate):
            self._loops.open(activity, answer)
        elif isinstance(answer, Enter):
            self._groups.open(activity, answer)
        elif isinstance(answer, StartChild):
            self._start_child(activity, answer)
        elif isinstance(answer, Wait):
            self._wait(activity, answer)
        elif isinstance(answer, Again):
            self.recorder.interrupted(activity)
            self._start(activity, again=True)
        elif isinstance(answer, Result):
            if activity.node.step.compensate and activity.frame.in_loop():
                activity.aside["undo"] = scope.local_names(
                    activity.frame.variables, result=answer.output, of=activity.node
                )
            aside = {**activity.aside, **(aside or {})}
            if answer.response:
                aside["response"] = dict(answer.response)
            self.recorder.ended(activity, "success", output=answer.output, port=answer.port or "", aside=aside or None)
            self._go_on_after_success(activity, answer)

    def _go_on_after_success(self, activity: Activity, result: Result) -> None:
        self._note_success(activity, result)
        self._ended(activity.frame, activity.node, success_ports(result.port))

    def _note_success(self, activity: Activity, result: Result) -> None:
        frame, node = activity.frame, activity.node
        scope.note_success(frame.variables, node, result.output)
        activity.note_status(frame.variables, "success")
        is_output, home = result.job_output is not None, frame.home()
        if is_output and home.outer is None:
            self._ending.add_output(result)
        for receiver in {frame, home} if is_output else {frame}:
            receiver.give(result.output, by_output=is_output, at=activity.ended_at)
        self.undo.note(activity)

    def _wait(self, activity: Activity, wait: Wait, *, aside: dict[str, JSON] | None = None) -> None:
        if activity.frame.stopped():
            self.recorder.ended(activity, "cancelled")
            self.release(activity.frame)
            return
        if wait.after is not None:
            wait = replace(wait, until=clock.now() + timedelta(seconds=wait.after), after=None)
        activity.aside = {**activity.aside, **(aside or {})}
        self.recorder.waits(activity, wait)
        self.waits.add(activity, wait)

    def _start_child(self, activity: Activity, asked: StartChild) -> None:
        if activity.frame.stopped():
            self.failed(activity, StepFailed("Stopped before it began.", error_type="cancelled"))
            return
        child = self.performer.child(activity, asked)
        if isinstance(child, StepFailed):
            self.failed(activity, child)
            return
        self.recorder.within(child.store)
        aside = {"child": str(child.id)}
        if asked.wait:
            reason = f"It waits for the job that it started of “{asked.workflow}”"
            self._wait(activity, Wait(reason, signal=CHILD, data={"job": str(child.id)}), aside=aside)
        else:
            self.complete(activity, Result({"job": str(child.id)}), aside=aside)

    def resume(self, activity: Activity, delivery: JSON, *, signal: str) -> None:
        """A waiting step goes on with what was delivered, or with None as its time is up."""
        if signal == replay.ATTENTION:
            self._resolve(activity, (delivery or {}).get("action"))
            return
        self.complete(activity, self.performer.resume(activity, delivery))

    def _resolve(self, activity: Activity, action: JSON) -> None:
        """Somebody has decided about a step that was interrupted."""
        if action == "retry":
            self.retry(activity)
        elif action == "skip":
            self.recorder.ended(activity, "skipped")
            activity.note_status(activity.frame.variables, "skipped")
            self._ended(activity.frame, activity.node, PASSED_OVER)
        else:
            self.failed(activity, replay.given_up())

    def failed(self, activity: Activity, failure: StepFailed) -> None:
        """A step has failed: it is tried again, or its failure is dealt with."""
        self._without_limit(activity, failure)
        error = activity.error(failure)
        if failure.error_type == "cancelled" and activity.frame.stopped():
            self.recorder.ended(activity, "cancelled", error=error)
            self.release(activity.frame)
            return
        delay = replay.delay_after_loss(activity, failure) or self._retry_delay(activity, failure)
        if delay is None or activity.frame.stopped():
            found = self._outcome(activity.node)
            self.recorder.failed(activity, error, found)
            self._go_on_after_failure(activity, error, found)
        else:
            self.recorder.retries(activity, error, for_retry(activity, seconds=delay), seconds=delay)
            self.timers.add(activity, seconds=delay)

    def _retry_delay(self, activity: Activity, failure: StepFailed) -> float | None:
        activity.failures += 1
        policy = activity.node.step.retry
        return retry.next_delay(policy, failure, failures=activity.failures, random=random.random)

    def _outcome(self, node: Node) -> outcome.FailureOutcome:
        branches = StepType.registry.get(node.type).ports(node.step.config)
        return outcome.of_failure(self._graph, node, branches=branches)

    def _go_on_after_failure(self, activity: Activity, error: dict[str, JSON], found: outcome.FailureOutcome) -> None:
        frame, node = activity.frame, activity.node
        self._note_failure(activity, error, found)
        if not found.handled and frame.rules.on_failure == "continue":
            frame.failures[node.id] = {key: error[key] for key in ("type", "message", "step")}
            self.warn(node.id, error["message"])
        elif not found.handled:
            self._give_up_scope(frame, error)
        self._ended(frame, node, found.taken)

    def _note_failure(self, activity: Activity, error: dict[str, JSON], found: outcome.FailureOutcome) -> None:
        frame, node = activity.frame, activity.node
        scope.note_success(frame.variables, node, found.output)
        scope.note_error(frame.variables, node, error, len(activity.attempts))
        activity.note_status(frame.variables, "failed")
        if found.continued:
            frame.give(found.output, by_output=False, at=activity.ended_at)
            self.warn(node.id, error["message"])

    def _give_up_scope(self, frame: Frame, error: dict[str, JSON]) -> None:
        """A failure that nobody handles ends its scope: an iteration, or the job as its settings say."""
        frame.error = frame.error or error
        rule = frame.rules.on_failure
        if rule == "stop" or (not rule and (frame.outer is not None or self._ending.stops_at_failure)):
            self.give_up(frame)

    # --- undoing ----------------------------------------------------------------------------------------------------

    def replays(self) -> bool:
        """Whether there may be more to take over before anything new is decided."""
        return bool(self.todo and self._recorded) and self._new_ones < _ENOUGH

    def something_to_undo(self) -> bool:
        """Whether a completed step is left that another one undoes."""
        if not self._gathered and self._top is not None:  # of loops that had ended, and were not entered again
            self._gathered = True
            for run in [run for run in self._recorded.values() if "undo" in (run.aside or {})]:
                self.undo.note_recorded(self._recorded.pop(run.path), self._top)
        return bool(self.undo)

    def undo_next(self) -> None:
        """Starts what undoes the step that was completed last."""
        faultpoints.reached("undo.next")
        entry = self.undo.pop()
        frame = frame_for(entry)
        frame.active = frame.at_work = 1
        self._inner[id(frame)] = Inner(frame, None, self._undone)
        self.todo.append(partial(self._begin, frame, self._graph.nodes[entry.target]))

    def _undone(self, frame: Frame) -> None:
        if frame.error is not None:  # the others are undone all the same
            self.warn(str(frame.error["step"]), f"Compensation incomplete: {frame.error['message']}")

    # --- what containers ask of the flow ----------------------------------------------------------------------------

    def warn(self, step: str, message: str) -> None:
        """Something that people should see although the job went on."""
        self._ending.warn(step, message)

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

    def _without_limit(self, activity: Activity, answer: Answer | StepFailed) -> None:
        if self.limits and isinstance(answer, Result | StepFailed):
            self.limits.take(lambda limited: limited is activity)

    def run_out(self, activity: Activity) -> None:
        """A container's time is up: all that goes on in it stops."""
        activity.out_of_time = True
        for inner in [inner for inner in self._inner.values() if inner.activity is activity]:
            self.give_up(inner.frame)

    def check_size(self) -> None:
        """Raises StepFailed when the job has run too many steps to begin another round."""
        if self._count >= MAX_STEP_RUNS:
            message = f"The job has run {self._count:,} steps; a job may run {MAX_STEP_RUNS:,} steps."
            hint = "Go over fewer items, or start a job for each part of them."
            raise StepFailed(message, error_type="limit", hint=hint)
