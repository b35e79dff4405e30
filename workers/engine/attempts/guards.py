"""What stands before and after an attempt of a step: its circuits and its cache. Works in the owner's own thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from backend.catalog.steps import Answer, Result, StepFailed
from backend.connectors.selectors import breaker_of
from backend.expressions import ExpressionError, render
from backend.guards import cache, circuits
from backend.guards.holders import Holder
from backend.jobs import store
from backend.jobs.models import Job
from backend.workflows.format import Cache
from workers.engine.attempts.context import EngineContext, expression_failed
from workers.engine.base.database import short_connection
from workers.engine.base.large import LargeValues
from workers.engine.flow import retry
from workers.engine.flow.activity import Activity

CIRCUIT_OPEN = "circuit_open"
_RESET = "Wait, or reset the circuit by hand."
_LOOK_AGAIN = 0.2  # seconds until a step looks whether another one has found the result it waits for
_PATIENCE = 300.0  # seconds that finding a result may take, for steps without a time limit


@dataclass(frozen=True, slots=True)
class Known:
    """The answer is known without doing the work."""

    answer: Answer | StepFailed


@dataclass(frozen=True, slots=True)
class Later:
    """Another job is finding it out: look again in some seconds."""

    seconds: float = _LOOK_AGAIN


@dataclass(slots=True)
class _Held:
    """What an attempt holds until it has ended."""

    slot: cache.Slot | None = None
    fill: cache.Fill | None = None
    permits: list[circuits.Permit] = field(default_factory=list)

    def give_back(self) -> None:
        """The work is not done after all: others may do it."""
        for permit in self.permits:
            circuits.returned(permit)
        if self.fill is not None:
            cache.give_up(self.fill)


class Guards:
    """The circuits and cached results of one job's steps."""

    def __init__(self, job: Job, large: LargeValues) -> None:
        self._job = job
        self._large = large
        self._held: dict[str, _Held] = {}

    def before(self, activity: Activity, context: EngineContext) -> Known | Later | None:
        """None: do the work, and say `after` what came of it."""
        step = activity.node.step
        if step.cache is None and step.circuit_breaker is None and "connector" not in step.config:
            return None
        held, holder = _Held(), Holder(self._job.id, self._job.lease_epoch, activity.path)
        try:
            if step.cache is not None:
                held.slot = self._slot(activity, step.cache, context)
                found = self._look(held.slot, holder, context)
                if isinstance(found, cache.Kept):
                    return Known(_from_cache(activity, found, note="cache hit"))
                held.fill = found
            for target in self._targets(activity):
                held.permits.append(circuits.admit(target, holder=holder))
        except cache.Filling:
            return Later()
        except circuits.CircuitOpen as error:
            held.give_back()
            failure = StepFailed(str(error), error_type=CIRCUIT_OPEN, hint=_RESET)
            return Known(self._stale(activity, held) or failure)
        except StepFailed as failure:
            return Known(failure)
        self._held[activity.path] = held
        return None

    def after(self, activity: Activity, answer: Answer | StepFailed) -> Answer | StepFailed:
        """The answer as it counts: a large one by reference, and an old result instead of a failure."""
        held = self._held.pop(activity.path, None)
        if held is None:
            return answer
        if isinstance(answer, StepFailed) and answer.error_type == "cancelled":
            held.give_back()
            return answer
        for permit in held.permits:
            # A failure that is final by its kind is an answer: the target is well, the request was not.
            if isinstance(answer, StepFailed) and answer.retryable:
                circuits.failed(permit, error=answer.message)
            else:
                circuits.succeeded(permit)
        answer = self._large.keep(answer)
        if held.fill is not None:
            _fill(held.fill, answer)
        if isinstance(answer, StepFailed) and is_final(activity, answer):
            return self._stale(activity, held) or answer
        return answer

    def _look(self, slot: cache.Slot, holder: Holder, context: EngineContext) -> cache.Kept | cache.Fill:
        patience = (context.timeout or _PATIENCE) + 30
        return cache.look(slot, holder=holder, patience=patience, stands=store.stands)

    def _slot(self, activity: Activity, options: Cache, context: EngineContext) -> cache.Slot:
        try:
            key = render(options.key, context.variables, context="text", environment=context.environment)
        except ExpressionError as error:
            raise expression_failed(error, f"cache key: {options.key}") from error
        stale = options.stale_if_error
        return cache.Slot(
            organization=self._job.organization_id,
            workflow=self._job.workflow_id,
            step=activity.node.id,
            key=str(key),
            settings=activity.node.step.config,
            ttl=options.ttl,
            stale=(None if stale else 0.0) if isinstance(stale, bool) else float(stale),
        )

    def _targets(self, activity: Activity) -> Iterator[circuits.Target]:
        breaker = activity.node.step.circuit_breaker
        if breaker is not None:
            yield circuits.Target(
                organization=self._job.organization_id,
                key=f"step:{self._job.workflow_id}:{activity.node.id}",
                label=f"step “{activity.node.id}” of {self._job.workflow.slug}",
                threshold=breaker.threshold,
                timeout=breaker.timeout,
                half_open=breaker.half_open,
            )
        connector = activity.node.step.config.get("connector")
        found = _of_connector(self._job.organization_id, connector) if isinstance(connector, str) else None
        if found is not None:
            yield found

    def _stale(self, activity: Activity, held: _Held) -> Result | None:
        kept = cache.stale(held.slot, job=self._job.id) if held.slot is not None else None
        return _from_cache(activity, kept, note="failed, so an old cached result is used") if kept else None


def _of_connector(organization: UUID, slug: str) -> circuits.Target | None:
    held_back = breaker_of(organization, slug)
    if held_back is None:
        return None
    return circuits.Target(
        organization=organization,
        key=f"connector:{slug}",
        label=f"connector “{slug}”",
        threshold=held_back.threshold,
        timeout=held_back.timeout,
        half_open=held_back.half_open,
    )


@dataclass(slots=True)
class Call:
    """A call through a connector that a step chose while it ran: a cheaper model, one of several channels."""

    error: str = ""

    def failed(self, error: str) -> None:
        """The other side is not well."""
        self.error = error or "no answer"


@contextmanager
def calling(job: Job, slug: str, path: str) -> Iterator[Call]:
    """Within it a step calls the connector, if its circuit allows it. Raises StepFailed(error_type="circuit_open")."""
    call, holder = Call(), Holder(job.id, job.lease_epoch, path)
    with short_connection():
        target = _of_connector(job.organization_id, slug)
        try:
            permit = circuits.admit(target, holder=holder) if target is not None else None
        except circuits.CircuitOpen as error:
            raise StepFailed(str(error), error_type=CIRCUIT_OPEN, hint=_RESET) from error
    try:
        yield call
    except BaseException:
        _settle(permit, circuits.returned)
        raise
    _settle(permit, partial(circuits.failed, error=call.error) if call.error else circuits.succeeded)


def _settle(permit: circuits.Permit | None, settle: Callable[[circuits.Permit], None]) -> None:
    if permit is not None:
        with short_connection():
            settle(permit)


def _from_cache(activity: Activity, kept: cache.Kept, *, note: str) -> Result:
    activity.aside["cached"] = True
    activity.log.add(note)
    return Result(kept.value, port=kept.port or None)


def _fill(fill: cache.Fill, answer: Answer | StepFailed) -> None:
    if isinstance(answer, Result):
        cache.store(fill, value=answer.output, port=answer.port or "")
    else:
        cache.give_up(fill)


def is_final(activity: Activity, failure: StepFailed) -> bool:
    """Whether the step is not tried again."""
    policy = activity.node.step.retry
    return retry.next_delay(policy, failure, failures=activity.failures + 1, random=lambda: 0.0) is None
