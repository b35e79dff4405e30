"""Hooks around an attempt of a step: names given to it, refusals, and those who look on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from backend.catalog.steps import Answer, Result, StepFailed, StepType
from backend.common.crypto import Undecryptable
from backend.common.egress import EgressError
from backend.common.errors import AppError, NotFound
from backend.common.json import JSON
from backend.hooks import selectors, services, starting
from backend.hooks.known import Known, memory
from backend.hooks.models import Action, Moment
from backend.jobs.models import Job
from backend.outgoing.sending import signed
from workers.engine.attempts.context import EngineContext
from workers.engine.attempts.guards import is_final
from workers.engine.base import clock
from workers.engine.base.database import short_connection
from workers.engine.base.large import Encoded, with_names
from workers.engine.flow.activity import Activity

_GIVEN = "given"  # in a step's aside: the names that hooks have given it
_MOST_BYTES = 65_536
_SECONDS = 5.0

Work = Callable[[Activity, EngineContext], Answer | StepFailed]


class HookFailed(Exception):
    """A hook did not do what it is there for."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a hook says before a step."""

    names: dict[str, JSON]
    refused: str | None = None  # why


class StepHooks:
    """The hooks that look at the steps of one job."""

    def __init__(self, job: Job) -> None:
        found = memory.of(job.organization_id, job.workflow_id)
        self._job = job
        self._hooks = [] if not found or job.is_test or starting.is_of_a_hook(job) else found

    def act_outside(self, activity: Activity) -> bool:
        """Whether a step has hooks that must not run again when it is replayed."""
        return bool(self._hooks) and any(hook.acts_outside for hook in self._for(activity))

    def around(self, activity: Activity, context: EngineContext, work: Work) -> Answer | StepFailed:
        """An attempt of a step with what runs before and after it."""
        if not self._hooks or not any(True for _ in self._for(activity)):
            return work(activity, context)
        began = time.monotonic()
        refused = self._before(activity, context)
        given = activity.aside.get(_GIVEN)
        answer = refused or work(activity, context)
        if given:
            activity.input = {**(activity.input or {}), **given}
        self._after(activity, context, answer, seconds=time.monotonic() - began)
        return answer

    def goes_on(self, activity: Activity, context: EngineContext, work: Work) -> Answer | StepFailed:
        """A step that has waited goes on: it keeps the names, and is looked at when it has ended."""
        given = activity.aside.get(_GIVEN)
        if given:
            context.variables = with_names(context.variables, given)
        answer = work(activity, context)
        self._after(activity, context, answer, seconds=activity.seconds() or 0.0)
        return answer

    def _for(self, activity: Activity, *moments: str) -> Iterator[Known]:
        node = activity.node
        if self._hooks and not StepType.registry.get(node.type).container:
            for hook in self._hooks:
                wanted = hook.moment in moments if moments else hook.moment in _OF_STEPS
                if wanted and hook.is_for(step=node.id, step_type=node.type):
                    yield hook

    def _before(self, activity: Activity, context: EngineContext) -> StepFailed | None:
        given: dict[str, JSON] = {}
        for hook in self._for(activity, Moment.BEFORE_STEP):
            try:
                verdict = self._ask(hook, activity, context)
            except HookFailed as failure:
                if hook.blocking:
                    return StepFailed(
                        f"The hook “{hook.name}” has to agree to this step, and could not be asked: {failure}",
                        error_type="hook",
                        retryable=True,
                    )
                context.log(f"The hook “{hook.name}” failed: {failure}", level="warning")
                continue
            if verdict.refused is not None and hook.blocking:
                return StepFailed(f"The hook “{hook.name}” refused this step: {verdict.refused}", error_type="denied")
            if verdict.refused is not None:
                context.log(f"The hook “{hook.name}” would refuse this step: {verdict.refused}", level="warning")
            given |= verdict.names
            context.variables = with_names(context.variables, verdict.names)
        if given:
            activity.aside[_GIVEN] = context.vault.masker.value(given)
        return None

    def _after(
        self, activity: Activity, context: EngineContext, answer: Answer | StepFailed, *, seconds: float
    ) -> None:
        if isinstance(answer, Result):
            told: dict[str, JSON] = {"result": _shown(answer), "duration": round(seconds, 3)}
            hooks = self._for(activity, Moment.AFTER_STEP)
        elif isinstance(answer, StepFailed) and answer.error_type != "cancelled" and is_final(activity, answer):
            error = {"type": answer.error_type, "message": answer.message, "line": answer.line}
            told = {"error": error, "duration": round(seconds, 3)}
            found = self._for(activity, Moment.ON_ERROR)
            hooks = (hook for hook in found if hook.is_for_error(answer.error_type))
        else:
            return
        for hook in hooks:
            try:
                self._tell(hook, activity, context, told)
            except HookFailed as failure:
                context.log(f"The hook “{hook.name}” failed: {failure}", level="warning")

    # --- what hooks do ----------------------------------------------------------------------------------------------

    def _ask(self, hook: Known, activity: Activity, context: EngineContext) -> Verdict:
        facts = self._facts(hook, activity)
        if hook.action == Action.EXPRESSION:
            return _evaluated(hook, context, facts)
        if hook.action == Action.HTTP:
            return _verdict(self._send(hook, context, facts))
        self._start(hook, activity, facts)
        return Verdict({})

    def _tell(self, hook: Known, activity: Activity, context: EngineContext, told: dict[str, JSON]) -> None:
        facts = {**self._facts(hook, activity), **told}
        if hook.action == Action.HTTP:
            self._send(hook, context, facts)
        else:
            self._start(hook, activity, facts)

    def _facts(self, hook: Known, activity: Activity) -> dict[str, JSON]:
        node = activity.node
        return {
            "moment": hook.moment,
            "job": {"id": str(self._job.id), "triggered_by": self._job.triggered_by},
            "workflow": self._job.workflow.slug,
            "step": {
                "id": node.id,
                "path": activity.path,
                "type": node.type,
                "name": node.name,
                "attempt": len(activity.attempts),
            },
        }

    def _start(self, hook: Known, activity: Activity, facts: dict[str, JSON]) -> None:
        occasion = f"{hook.moment}:{activity.path}:{len(activity.attempts)}"
        try:
            with short_connection():
                starting.start(hook, self._job, facts, occasion=occasion)
        except AppError as error:
            raise HookFailed(error.detail) from error

    def _send(self, hook: Known, context: EngineContext, facts: dict[str, JSON]) -> JSON:
        """What the address answers, if that is JSON."""
        try:
            with short_connection():
                secret = services.hook_secret(selectors.hook_get(self._job.organization, hook.id))
        except NotFound:  # it was deleted since the job began here
            return None
        except Undecryptable as error:
            raise HookFailed(str(error)) from error
        body = json.dumps(context.vault.masker.value(facts), ensure_ascii=False, separators=(",", ":")).encode()
        message = f"{hook.id}:{context.idempotency_key}:{context.attempt}:{hook.moment}"
        headers = {
            "Content-Type": "application/json",
            **signed(secret, body, message=message, at=int(clock.now().timestamp())),
        }
        try:
            answer = context.http().request(
                "POST",
                str(hook.config["url"]),
                headers=headers,
                content=body,
                timeout=float(hook.config.get("timeout", _SECONDS)),
                max_bytes=_MOST_BYTES,
                cancelled=context.cancelled,
            )
        except EgressError as error:
            raise HookFailed(str(error)) from error
        if not 200 <= answer.status < 300:
            raise HookFailed(f"{hook.config['url']} answered {answer.status}.")
        return _parsed(answer.content)


_OF_STEPS = frozenset({Moment.BEFORE_STEP, Moment.AFTER_STEP, Moment.ON_ERROR})


def _evaluated(hook: Known, context: EngineContext, facts: dict[str, JSON]) -> Verdict:
    variables = context.variables
    context.variables = with_names(variables, {"hook": facts})
    try:
        names = {name: context.evaluate(text) for name, text in (hook.config.get("values") or {}).items()}
        refused = bool(hook.config.get("deny_when")) and bool(context.evaluate(hook.config["deny_when"]))
    except StepFailed as failure:
        raise HookFailed(failure.message) from failure
    finally:
        context.variables = variables
    return Verdict(names, (hook.config.get("reason") or "It is not allowed.") if refused else None)


def _parsed(content: bytes) -> JSON:
    try:
        return json.loads(content) if content.strip() else None
    except ValueError as error:
        raise HookFailed("Its answer is not JSON.") from error


def _verdict(answer: JSON) -> Verdict:
    """`{"allow": false, "reason": "…", "values": {"_name": …}}`, each of them if wanted."""
    said = answer if isinstance(answer, dict) else {}
    values = said.get("values")
    names = {name: value for name, value in values.items() if name[:1] == "_"} if isinstance(values, dict) else {}
    refused = str(said.get("reason") or "It is not allowed.") if said.get("allow") is False else None
    return Verdict(names, refused)


def _shown(answer: Result) -> JSON:
    """The result for others to see: of a large one, how it begins."""
    if isinstance(answer.output, Encoded):
        return {"size": len(answer.output.text), "preview": answer.output.text[:500]}
    return answer.output
