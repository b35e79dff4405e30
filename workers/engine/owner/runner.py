"""Advances one job from where it stands to its end, or to where it must wait.

One thread decides; steps with effects run in the host's pool, at once and side by side. A job that was advanced before
is replayed: what is recorded is taken over, pure steps are computed again, and the rest goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor

from backend.jobs import store
from backend.jobs.loading import Loaded
from backend.jobs.store import End
from workers.engine.attempts.context import Tools
from workers.engine.attempts.guards import Guards
from workers.engine.attempts.live import LiveText
from workers.engine.attempts.performing import JobPerformer
from workers.engine.base import clock, plans
from workers.engine.base.signals import Signals
from workers.engine.flow import scope
from workers.engine.flow.ending import Ending
from workers.engine.flow.flow import Flow
from workers.engine.flow.frame import Frame
from workers.engine.flow.recorder import Recorder
from workers.engine.flow.waiting import for_retry, in_words, sleep_seconds
from workers.engine.owner.effects import Effects
from workers.engine.owner.hearing import Hearing

_LOOK_SECONDS = 0.25  # how often a waiting runner looks whether it should stop
_STAY = 4.0  # times what taking over cost: a job of many children does not spend its time on coming back
_STRETCH = 0.05  # seconds that the first stretch of a job may keep those that were claimed with it
_BURST = 0.002  # seconds
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
        self.job = self._job = job = loaded.job
        self._tools = tools
        self._signals = signals
        self._look = look
        self._fresh = loaded.recorded.empty
        self._stopped_before = False  # the job was stopped before this owner had taken over everything
        self._began = time.monotonic()
        self._took_over_in = 0.0  # seconds, until there was nothing left to decide
        self._stay_until = 0.0  # for a child that may end soon
        plan = plans.plan_of(job.version)
        self._settings = plan.definition.settings
        self._ending = Ending(self._settings)
        self._recorder = Recorder(lease, organization=job.organization_id, first=self._fresh)
        performer = JobPerformer(
            job, plan, tools=tools, signals=signals, recorder=self._recorder, child_stored=self._child_stored
        )
        self._flow = Flow(
            plan.graph,
            recorder=self._recorder,
            ending=self._ending,
            performer=performer,
            recorded=loaded.recorded,
            pins=job.version.number is None,  # a draft that is tried out
        )
        self._live = LiveText(str(job.id), seq=lambda: self._recorder.asked.seq)
        guards = Guards(job, performer.large)
        self._effects = Effects(self._flow, performer=performer, guards=guards, live=self._live, pool=pool)
        self._hearing = Hearing(self._flow, job=job, lease=lease, signals=signals)
        variables = scope.top_variables(job, plan)
        self._top = Frame(plan.graph, scope=None, prefix="", variables=variables, start_at=job.start_at)

    def run(self) -> None:
        """Goes on until the job has ended or waits as a row. Raises store.LeaseLost."""
        self.begin()
        self.go_on()

    def begin(self) -> None:
        """The first stretch: what can be done at once, by the caller's thread alone, for a moment at most."""
        self._begin()
        until = time.monotonic() + _STRETCH
        while self._flow.todo and not self._pausing() and time.monotonic() < until:
            self._turn()
            self._check_signals()

    def end(self) -> End | None:
        """The job's end to be recorded, if it has come to it in its first stretch; else it is to `go_on`."""
        flow = self._flow
        if self._ending.open or not self._fresh or self._job.parent_path:
            return None
        if flow.todo or flow.effects or flow.timers or flow.waits or self._undoes() or not self._recorder.only_rows():
            return None
        self._recorder.event(self._ending.event_type(), **self._ending.event())
        return self._recorder.end(self._ending.change())

    def ended(self) -> None:
        """The end is recorded."""
        self._live.ended()
        self._tools.sandbox.release(str(self._job.id))

    def go_on(self) -> None:
        """The same as `run`, after `begin`."""
        while self._turn():
            self._check_signals()
        if self._pausing() or self._leaving():
            reason = "" if self._pausing() else "its worker was stopped"
            self._recorder.flush(store.JobChange("QUEUED", wait_reason=reason, warnings=self._ending.warnings))
        elif self._flow.timers or self._flow.waits:
            self._suspend()
        elif self._ending.open:  # never: but a job must not end without a status
            raise RuntimeError("nothing is left to be done, and the job has not come to its end")
        else:
            self._recorder.event(self._ending.event_type(), **self._ending.event())
            self._recorder.flush(self._ending.change())
            self.ended()

    def _begin(self) -> None:
        limit = self._settings.timeout
        if limit is not None and self._job.started_at is not None:
            used = (clock.now() - self._job.started_at).total_seconds()
            self._signals.deadline = time.monotonic() + limit - used
        kind = "job.started" if self._job.event_seq == 0 else "job.continued"
        self._recorder.event(kind, status="RUNNING")
        if self._job.cancel_requested_at is not None:
            self._signals.cancel.set()
        self._flow.scopes.enter(self._top)
        self._check_signals()

    def _turn(self) -> bool:
        """Does what can be done now, and waits a moment if nothing can; False when the job ends or leaves."""
        if self._pausing():
            return self._receive() if self._effects.running else False
        if self._flow.todo:
            self._decide()
            return True
        self._took_over_in = self._took_over_in or time.monotonic() - self._began
        self._notice_time()
        self._hearing.listen()
        if self._flow.todo or self._flow.takeover.settle():
            return True
        if self._flow.effects and not self._leaving():
            self._effects.start()
        elif self._effects.running:
            self._receive()
        elif self._undoes() and not (self._flow.timers or self._flow.waits or self._leaving()):
            self._flow.undoing.next()
        else:
            return self._rest()
        return True

    def _decide(self) -> None:
        """Carries out decisions, for so short a time that nobody has to be asked in between."""
        todo, until = self._flow.todo, time.monotonic() + _BURST
        while todo:
            todo.popleft()()
            if time.monotonic() >= until:
                break
        self._recorder.flush_if_due()

    def _receive(self) -> bool:
        self._recorder.flush_if_due()
        answered = self._effects.next_answer(timeout=min(_LOOK_SECONDS, self._seconds()))
        if answered is not None:
            self._check_signals()  # first, so that a step that was stopped is not taken for one that failed
            self._effects.follow(*answered)
        return True

    def _notice_time(self) -> None:
        """Steps that are to be tried again, and containers whose time is up."""
        for activity in self._flow.timers.due() if not self._leaving() else ():
            self._flow.retry(activity)
        for activity in self._flow.limits.due():
            self._flow.scopes.run_out(activity)

    # --- stopping and resting ---------------------------------------------------------------------------------------

    def _check_signals(self) -> None:
        if self._signals.gone():
            raise store.LeaseLost(str(self._job.id))
        if self._recorder.asked.cancelled:
            self._signals.cancel.set()
        if not (self._signals.cancel.is_set() or self._signals.timed_out()):
            return
        if self._flow.replays():  # what was recorded decides what is to be undone
            self._stopped_before = True
        elif self._ending.open or (self._stopped_before and self._ending.status == "SUCCESS"):
            self._ending.interrupt(cancelled=self._signals.cancel.is_set())
            self._flow.scopes.give_up(self._top)

    def _pausing(self) -> bool:
        """Whether nothing more is to start: what has ended but was not followed up is found again by the next owner."""
        asked = self._recorder.asked.paused or self._signals.pause.is_set()
        return asked and not self._signals.stopped() and self._unfinished()

    def _leaving(self) -> bool:
        return self._signals.leave.is_set() and self._unfinished()

    def _unfinished(self) -> bool:
        return bool(self._ending.open or self._undoes() or self._flow.timers or self._flow.waits)

    def _undoes(self) -> bool:
        return not self._ending.open and self._ending.status != "SUCCESS" and self._flow.undoing.left()

    def _rest(self) -> bool:
        """Nothing runs: waits out a short delay here; a long one becomes a row."""
        seconds = self._seconds()
        near = seconds <= _SHORT_WAIT or time.monotonic() < self._stay_until
        if self._leaving() or not near or not (self._flow.timers or self._flow.waits):
            return False
        self._recorder.flush()
        self._signals.news.wait(min(seconds, _LOOK_SECONDS))
        return True

    def _child_stored(self) -> None:
        if self._look():
            self._stay_until = time.monotonic() + max(_SHORT_WAIT, _STAY * self._took_over_in)

    def _seconds(self) -> float:
        """Until something is to be done without anybody's answer."""
        flow = self._flow
        return min(flow.timers.seconds(), flow.waits.seconds(), flow.limits.seconds())

    def _suspend(self) -> None:
        """The job waits as a row, without a worker."""
        timers, waits = self._flow.timers, self._flow.waits
        reasons = [waiting.wait.reason for waiting in waits]
        reasons += [for_retry(activity, seconds=0).reason for activity in timers]
        # To end it in time, if its own time is over first.
        due_in = sleep_seconds(self._seconds(), self._signals.remaining())
        change = store.JobChange(
            "WAITING",
            due_in=due_in,
            seen=self._hearing.heard if waits else None,
            cancel_seen=self._signals.cancel.is_set(),
            wait_reason=in_words(reasons),
            warnings=self._ending.warnings,
        )
        self._recorder.event("job.waiting", status="WAITING", reason=change.wait_reason)
        self._recorder.flush(change)
