"""Steps with effects: recorded as started, then run side by side in the worker's pool; answers come back by a queue."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue

from backend.catalog.steps import Answer, StepFailed
from workers.engine.attempts.guards import Guards, Known, Later
from workers.engine.attempts.live import LiveText
from workers.engine.attempts.performing import JobPerformer
from workers.engine.flow.activity import Activity
from workers.engine.flow.flow import Flow


@dataclass(frozen=True, slots=True)
class _Fault:
    """What was raised around an attempt, by no fault of the step."""

    error: Exception


class Effects:
    """The attempts of one job that run outside of its own thread."""

    def __init__(self, flow: Flow, *, performer: JobPerformer, guards: Guards, live: LiveText, pool: Executor) -> None:
        self.running = 0
        self._flow = flow
        self._performer = performer
        self._guards = guards
        self._live = live
        self._pool = pool
        self._answers: SimpleQueue[tuple[Activity, Answer | StepFailed | _Fault]] = SimpleQueue()

    def start(self) -> None:
        """Records the starts in the transaction that records what came before, then starts all."""
        flow = self._flow
        waiting = list(flow.effects)
        flow.effects.clear()
        wanted = [activity for activity in waiting if not activity.frame.stopped()]
        started = [activity for activity in wanted if self._is_to_be_done(activity)]
        for activity in started:
            flow.recorder.began(activity)
            flow.recorder.step(activity.record("running"))
        flow.recorder.flush()
        for activity in started:
            self.running += 1
            self._pool.submit(self._perform, activity)
        for activity in waiting:
            if activity not in wanted:
                flow.scopes.release(activity.frame)

    def _is_to_be_done(self, activity: Activity) -> bool:
        """Not if the answer is known already, or if another job is finding it out."""
        found = self._guards.before(activity, self._performer.context(activity))
        if isinstance(found, Later):
            self._flow.timers.add(activity, seconds=found.seconds)
        elif isinstance(found, Known):
            self._flow.recorder.began(activity)
            self._flow.todo.append(partial(self._flow.complete, activity, found.answer))
        return found is None

    def _perform(self, activity: Activity) -> None:
        if self._performer.stopped(activity.frame):  # meanwhile, as it waited for a thread
            self._answers.put((activity, StepFailed("Stopped before it began.", error_type="cancelled")))
        else:
            self._answers.put((activity, self._answer(activity)))

    def _answer(self, activity: Activity) -> Answer | StepFailed | _Fault:
        try:
            with self._live.of(activity):
                return self._performer.perform(activity)
        except Exception as error:  # noqa: BLE001 such as a hook's: the job's own thread raises it, or would wait for ever
            return _Fault(error)

    def next_answer(self, *, timeout: float) -> tuple[Activity, Answer | StepFailed] | None:
        """The next attempt that has ended; None when none has within some seconds. Raises what was raised around it."""
        try:
            activity, answer = self._answers.get(timeout=timeout)
        except Empty:
            return None
        self.running -= 1
        if isinstance(answer, _Fault):
            raise answer.error
        return activity, answer

    def follow(self, activity: Activity, answer: Answer | StepFailed) -> None:
        """The flow goes on with an answer, as it counts."""
        self._flow.complete(activity, self._guards.after(activity, answer))
