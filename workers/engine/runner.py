"""Advances one job from where it stands to its end, or to where it must wait.

One thread decides; steps with effects run in the host's pool, at once and side by side, and answer through a queue. A
job that was advanced before is replayed: what is recorded is taken over, pure steps are computed again, and the rest
goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from queue import Empty, SimpleQueue

from django.db import transaction

from backend.catalog.steps import Answer, StartChild, StepFailed, StepType
from backend.common.json import JSON
from backend.jobs import store, waits
from backend.jobs.selectors import Loaded
from workers.engine import children, clock, plans, scope
from workers.engine.activity import Activity
from workers.engine.context import EngineContext, Tools
from workers.engine.ending import Ending
from workers.engine.execute import execute, resume
from workers.engine.files import JobFiles
from workers.engine.flow import Child, Flow
from workers.engine.frame import Frame
from workers.engine.guards import Guards, Known, Later
from workers.engine.large import LargeValues, Variables
from workers.engine.ledger import Ledger
from workers.engine.recorder import Recorder
from workers.engine.signals import Signals
from workers.engine.vault import Vault
from workers.engine.waiting import Waiting, for_retry, in_words, sleep_seconds

_LOOK_SECONDS = 0.25  # how often a waiting runner looks whether it should stop
_SHORT_WAIT = 1.0  # seconds; for longer waits a job leaves its worker


class Runner:
    """One job in the hands of its owner."""

    def __init__(
        self,
        lease: store.Lease,
        loaded: Loaded,
        *,
        tools: Tools,
        pool: Executor,
        signals: Signals,
        look: Callable[[], bool] = lambda: False,
    ) -> None:
        self._lease = lease
        self._job = loaded.job
        plan = plans.plan_of(loaded.job.version)
        self._definition, self._graph = plan.definition, plan.graph
        self._tools = tools
        self._pool = pool
        self._signals = signals
        self._answers: SimpleQueue[tuple[Activity, Answer | StepFailed]] = SimpleQueue()
        self._running = 0
        self._stopped_before = False  # the job was stopped before this owner had taken over everything
        self._look = look
        self._stay_until = 0.0  # for a child that may end soon
        variables = scope.top_variables(self._job, self._definition, self._graph)
        self._top = Frame(self._graph, scope=None, prefix="", variables=variables, start_at=self._job.start_at)
        self._files = JobFiles(organization=self._job.organization_id, job=self._job.id)
        self._large = LargeValues(organization=self._job.organization_id, job=self._job.id)
        self._guards = Guards(self._job, self._large)
        self._recorder = Recorder(lease, organization=self._job.organization_id)
        self._heard = -1  # of the deliveries to waiting steps: those up to this number are taken over
        self._vault = Vault(loaded.job.organization_id)
        self._ending = Ending(self._definition.settings)
        self._flow = Flow(
            self._graph, recorder=self._recorder, ending=self._ending, performer=self, recorded=loaded.runs
        )

    def run(self) -> None:
        """Goes on until the job has ended or waits as a row. Raises store.LeaseLost."""
        self._begin()
        while self._turn():
            self._check_signals()
        if self._pausing() or self._leaving():
            reason = "" if self._pausing() else "its worker was stopped"
            self._recorder.flush(store.JobChange("QUEUED", wait_reason=reason, warnings=self._ending.warnings))
        elif self._flow.timers or self._flow.waits:
            self._suspend()
        else:
            self._recorder.event(self._ending.event_type(), **self._ending.event())
            self._recorder.flush(self._ending.change())
            self._tools.sandbox.release(str(self._job.id))

    def _begin(self) -> None:
        limit = self._definition.settings.timeout
        if limit is not None and self._job.started_at is not None:
            used = (clock.now() - self._job.started_at).total_seconds()
            self._signals.deadline = time.monotonic() + limit - used
        if self._job.event_seq == 0:
            self._recorder.event("job.started", status="RUNNING")
        else:
            self._recorder.event("job.continued", status="RUNNING")
        if self._job.cancel_requested_at is not None:
            self._signals.cancel.set()
        self._flow.enter(self._top)
        self._check_signals()

    def _turn(self) -> bool:
        """Does what can be done now, and waits a moment if nothing can; False when the job ends or leaves."""
        if self._pausing():
            return self._receive() if self._running else False
        if self._flow.todo:
            self._flow.todo.popleft()()
            self._recorder.flush_if_due()
            return True
        self._notice_time()
        self._hear()
        if self._flow.todo:
            return True
        if self._flow.effects and not self._leaving():
            self._start_effects()
        elif self._running:
            self._receive()
        elif self._undoes() and not (self._flow.timers or self._flow.waits or self._leaving()):
            self._flow.undo_next()
        else:
            return self._rest()
        return True

    def _pausing(self) -> bool:
        """Whether nothing more is to start: what has ended but was not followed up is found again by the next owner."""
        asked = self._recorder.asked.paused or self._signals.pause.is_set()
        return asked and not self._signals.stopped() and self._unfinished()

    def _unfinished(self) -> bool:
        return bool(self._ending.open or self._undoes() or self._flow.timers or self._flow.waits)

    def _undoes(self) -> bool:
        return not self._ending.open and self._ending.status != "SUCCESS" and self._flow.something_to_undo()

    def _notice_time(self) -> None:
        """Steps that are to be tried again, and containers whose time is up."""
        for activity in self._flow.timers.due() if not self._leaving() else ():
            self._flow.retry(activity)
        for activity in self._flow.limits.due():
            self._flow.run_out(activity)

    def _leaving(self) -> bool:
        return self._signals.leave.is_set() and self._unfinished()

    def _rest(self) -> bool:
        """Nothing runs: waits out a short delay here; a long one becomes a row."""
        seconds = self._seconds()
        near = seconds <= _SHORT_WAIT or time.monotonic() < self._stay_until
        if self._leaving() or not near or not (self._flow.timers or self._flow.waits):
            return False
        self._recorder.flush()
        self._signals.news.wait(min(seconds, _LOOK_SECONDS))
        return True

    def _seconds(self) -> float:
        """Until something is to be done without anybody's answer."""
        flow = self._flow
        return min(flow.timers.seconds(), flow.waits.seconds(), flow.limits.seconds())

    def _check_signals(self) -> None:
        if self._signals.gone():
            raise store.LeaseLost(str(self._job.id))
        if self._recorder.asked.cancelled:
            self._signals.cancel.set()
        if not self._signals.stopped():
            return
        if self._flow.replays():  # what was recorded decides what is to be undone
            self._stopped_before = True
        elif self._ending.open or (self._stopped_before and self._ending.status == "SUCCESS"):
            self._ending.interrupt(cancelled=self._signals.cancel.is_set())
            self._flow.give_up(self._top)

    def _suspend(self) -> None:
        timers, waits = self._flow.timers, self._flow.waits
        reasons = [waiting.wait.reason for waiting in waits]
        reasons += [for_retry(activity, seconds=0).reason for activity in timers]
        # To end it in time, if its own time is over first.
        due_in = sleep_seconds(self._seconds(), self._signals.remaining())
        change = store.JobChange(
            "WAITING",
            due_in=due_in,
            seen=self._heard if waits else None,
            cancel_seen=self._signals.cancel.is_set(),
            wait_reason=in_words(reasons),
            warnings=self._ending.warnings,
        )
        self._recorder.event("job.waiting", status="WAITING", reason=change.wait_reason)
        self._recorder.flush(change)

    # --- steps that wait --------------------------------------------------------------------------------------------

    def _hear(self) -> None:
        """Goes on with waiting steps that got what they wait for, or whose time is up."""
        flow = self._flow
        if not flow.waits:
            return
        self._recorder.flush_waits()
        if self._signals.news.is_set():
            self._signals.news.clear()
            self._heard = -1
        arrived = max(self._job.signal_seq, self._recorder.asked.signals, self._signals.delivered)
        if arrived > self._heard:
            self._heard = arrived
            for found in waits.delivered(self._job.id):
                waiting = flow.waits.pop(found.path)
                if waiting is not None:
                    flow.todo.append(partial(self._go_on, waiting, found))
        for waiting in flow.waits.due():
            path = waiting.activity.path
            if waits.expire(self._job.id, path, owner=self._lease.owner, epoch=self._lease.epoch):
                flow.waits.pop(path)
                flow.todo.append(partial(self._go_on, waiting, waits.Delivered(path, expired=True, delivery=None)))
            else:
                self._heard = -1  # something came first: look again

    def _go_on(self, waiting: Waiting, found: waits.Delivered) -> None:
        failure = waiting.timeout() if found.expired else None
        if failure is not None:
            self._flow.failed(waiting.activity, failure)
        else:
            self._flow.resume(waiting.activity, found.delivery, signal=waiting.wait.signal)

    # --- steps with effects -----------------------------------------------------------------------------------------

    def _start_effects(self) -> None:
        """Records the starts in the transaction that records what came before, then starts all."""
        waiting = list(self._flow.effects)
        self._flow.effects.clear()
        wanted = [activity for activity in waiting if not activity.frame.stopped()]
        started = [activity for activity in wanted if self._is_to_be_done(activity)]
        for activity in started:
            self._recorder.began(activity)
            self._recorder.step(activity.record("running"))
        self._recorder.flush()
        for activity in started:
            self._running += 1
            self._pool.submit(self._perform_aside, activity)
        for activity in waiting:
            if activity not in wanted:
                self._flow.release(activity.frame)

    def _is_to_be_done(self, activity: Activity) -> bool:
        """Not if the answer is known already, or if another job is finding it out."""
        found = self._guards.before(activity, self._context(activity))
        if isinstance(found, Later):
            self._flow.timers.add(activity, seconds=found.seconds)
        elif isinstance(found, Known):
            self._recorder.began(activity)
            self._flow.todo.append(partial(self._flow.complete, activity, found.answer))
        return found is None

    def _perform_aside(self, activity: Activity) -> None:
        if self._stopped(activity.frame):  # meanwhile, as it waited for a thread
            self._answers.put((activity, StepFailed("Stopped before it began.", error_type="cancelled")))
        else:
            self._answers.put((activity, self.perform(activity)))

    def _stopped(self, frame: Frame) -> bool:
        """Whether to stop what runs in a scope. What undoes steps runs after the job was stopped."""
        return frame.stopped() or (self._signals.gone() if frame.undoing else self._signals.stopped())

    def _receive(self) -> bool:
        self._recorder.flush_if_due()
        try:
            activity, answer = self._answers.get(timeout=min(_LOOK_SECONDS, self._seconds()))
        except Empty:
            return True
        self._running -= 1
        self._check_signals()  # first, so that a step that was stopped is not taken for one that failed
        self._flow.complete(activity, self._guards.after(activity, answer))
        return True

    # --- what the flow asks of the runner ---------------------------------------------------------------------------

    def perform(self, activity: Activity) -> Answer | StepFailed:
        """Runs one attempt, in the calling thread."""
        return execute(activity, self._context(activity))

    def resume(self, activity: Activity, delivery: JSON) -> Answer | StepFailed:
        """Goes on with a step that has waited, in the calling thread."""
        return resume(activity, self._context(activity), delivery)

    def child(self, activity: Activity, asked: StartChild) -> Child | StepFailed:
        """A job to be started for a step; this worker looks for it as soon as it is stored."""
        found = children.prepare(self._job, activity, asked)
        if not isinstance(found, StepFailed):
            self._recorder.within(lambda: transaction.on_commit(self._child_stored))
        return found

    def _child_stored(self) -> None:
        if self._look():
            self._stay_until = time.monotonic() + _SHORT_WAIT

    def keep(self, answer: Answer | StepFailed) -> Answer | StepFailed:
        """The answer as its row holds it: a large value by reference."""
        return self._large.keep(answer)

    def evaluate(self, activity: Activity, expression: str, names: dict[str, JSON]) -> JSON:
        """An expression in the step's scope, with more names on top."""
        context = self._context(activity)
        context.variables = Variables({**activity.variables, **names}, self._large)
        return context.evaluate(expression)

    def _context(self, activity: Activity) -> EngineContext:
        frame = activity.frame
        return EngineContext(
            job_id=str(self._job.id),
            path=activity.path,
            attempt=len(activity.attempts),
            now=self._job.started_at or clock.now(),
            timeout=activity.node.step.timeout or StepType.registry.get(activity.node.type).default_timeout,
            variables=Variables(activity.variables, self._large),
            tools=self._tools,
            stopped=lambda: self._stopped(frame),
            step_log=activity.log,
            files=self._files,
            organization=str(self._job.organization_id),
            sandbox=self._definition.settings.sandbox,
            vault=self._vault,
            ledger=Ledger(self._job),
        )
