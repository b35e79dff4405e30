"""The engine's side of a step: its context, its attempts, the jobs it starts, its large values."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import transaction

from backend.catalog.steps import Answer, StartChild, StepFailed
from backend.common.json import JSON
from backend.jobs.models import Job
from workers.engine.attempts import children
from workers.engine.attempts.context import EngineContext, Surroundings, Tools
from workers.engine.attempts.execute import execute, resume
from workers.engine.attempts.guards import calling
from workers.engine.attempts.hooks import StepHooks
from workers.engine.attempts.ledger import Ledger
from workers.engine.attempts.vault import Vault
from workers.engine.base import clock
from workers.engine.base.files import JobFiles
from workers.engine.base.large import LargeValues, Variables
from workers.engine.base.plans import Plan
from workers.engine.base.signals import Signals
from workers.engine.flow.activity import Activity
from workers.engine.flow.frame import Frame
from workers.engine.flow.performer import Child
from workers.engine.flow.recorder import Recorder


class JobPerformer:
    """Does the work of one job's steps, in the thread that calls it."""

    def __init__(
        self,
        job: Job,
        plan: Plan,
        *,
        tools: Tools,
        signals: Signals,
        recorder: Recorder,
        child_stored: Callable[[], None],
    ) -> None:
        self.large = LargeValues(organization=job.organization_id, job=job.id)
        self._job = job
        self._signals = signals
        self._recorder = recorder
        self._child_stored = child_stored
        self._around = Surroundings(
            job_id=str(job.id),
            organization=str(job.organization_id),
            now=job.started_at or clock.now(),
            sandbox=plan.definition.settings.sandbox,
            tools=tools,
            files=JobFiles(organization=job.organization_id, job=job.id),
            vault=Vault(job.organization_id),
            ledger=Ledger(job),
            large=self.large,
            workflows=partial(children.published, job),
            calls=partial(calling, job),
        )
        self._hooks = StepHooks(job)

    def perform(self, activity: Activity) -> Answer | StepFailed:
        """Runs one attempt."""
        return self._hooks.around(activity, self.context(activity), execute)

    def resume(self, activity: Activity, delivery: JSON) -> Answer | StepFailed:
        """Goes on with a step that has waited."""
        return self._hooks.goes_on(
            activity, self.context(activity), lambda step, context: resume(step, context, delivery)
        )

    def acts_outside(self, activity: Activity) -> bool:
        """Whether even a pure step has something around it that must not be done again at a replay."""
        return self._hooks.act_outside(activity)

    def child(self, activity: Activity, asked: StartChild) -> Child | StepFailed:
        """A job to be started for a step; this worker looks for it as soon as it is stored."""
        found = children.prepare(self._job, activity, asked)
        if not isinstance(found, StepFailed):
            self._recorder.within(lambda: transaction.on_commit(self._child_stored))
        return found

    def keep(self, answer: Answer | StepFailed) -> Answer | StepFailed:
        """The answer as its row holds it: a large value by reference."""
        return self.large.keep(answer)

    def evaluate(self, activity: Activity, expression: str, names: dict[str, JSON]) -> JSON:
        """An expression in the step's scope, with more names on top."""
        context = self.context(activity)
        context.variables = Variables({**activity.variables, **names}, self.large)
        return context.evaluate(expression)

    def context(self, activity: Activity) -> EngineContext:
        """What a step sees of the system in its current attempt."""
        frame = activity.frame
        timeout = activity.time(activity.known.type.default_timeout)
        return EngineContext(self._around, activity, timeout=timeout, stopped=lambda: self.stopped(frame))

    def stopped(self, frame: Frame) -> bool:
        """Whether to stop what runs in a scope. What undoes steps runs after the job was stopped."""
        return frame.stopped() or (self._signals.gone() if frame.undoing else self._signals.stopped())
