"""Runs one attempt of one step: fills in the templates, checks the config, calls the type, names every failure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pydantic
import structlog

from backend.catalog import fields
from backend.catalog.steps import Answer, Config, Result, StartChild, StepFailed, StepType, Wait
from backend.common import faultpoints
from backend.common.json import JSON
from backend.common.masking import Masker, masking
from backend.expressions import ExpressionError, render
from workers.engine.attempts.context import EngineContext, expression_failed
from workers.engine.attempts.vault import SecretsUsed
from workers.engine.base.large import sized
from workers.engine.base.prepared import Prepared, schema_of, shown
from workers.engine.flow.activity import Activity

logger = structlog.get_logger(__name__)


Call = Callable[[StepType[Any], Any], Answer]


def execute(activity: Activity, context: EngineContext) -> Answer | StepFailed:
    """The answer of the step's type, or the failure; never raises, so that a fault of one step ends that step alone."""
    faultpoints.reached("step.before")
    answer = _answer(activity, context, lambda step, config: step.run(config, context))
    faultpoints.reached("step.after")
    return answer


def resume(activity: Activity, context: EngineContext, delivery: JSON) -> Answer | StepFailed:
    """The answer of a step that has waited, to what was delivered; never raises."""
    return _answer(activity, context, lambda step, config: step.resumed(config, context, delivery))


def _answer(activity: Activity, context: EngineContext, call: Call) -> Answer | StepFailed:
    with masking(context.vault.masker):
        answer = _called(activity, context, call)
        return masked(answer, context.vault.masker) if isinstance(answer, StepFailed) else answer


def _called(activity: Activity, context: EngineContext, call: Call) -> Answer | StepFailed:
    try:
        config = filled_in(activity, context)
        answer = masked(call(activity.known.type(), config), context.vault.masker)
        return sized(answer) if isinstance(answer, Result) else answer
    except StepFailed as failure:
        return failure
    except pydantic.ValidationError as error:
        return StepFailed(_validation_message(error), error_type="validation")
    except Exception as error:
        logger.exception("step crashed", job=context.job_id, path=context.path, type=activity.node.type)
        return StepFailed(f"The step type itself failed: {type(error).__name__}: {error}", error_type="internal")


def filled_in(activity: Activity, context: EngineContext) -> Config:
    """The config for an attempt, checked; the step shows it as its input."""
    known = activity.known
    filled = known.filled
    if filled is not None:
        activity.input = context.vault.masker.value(filled.shown)
        return filled.config
    rendered = render_config(known, activity.node.step.config, context)
    activity.input = context.vault.masker.value(shown(rendered, known.marks))
    return known.type.Config.model_validate(rendered)


def render_config(known: Prepared, config: Mapping[str, JSON], context: EngineContext) -> JSON:
    """The config with every template filled in, each by the rules of its place."""

    used = SecretsUsed(context.vault)

    def filled(mark: fields.Marked) -> JSON:
        if mark.kind != "template":
            return mark.value
        variables = used.in_scope(mark, context.variables)
        try:
            shape = known.type.context_of(mark, config)
            return render(mark.value, variables, context=shape, environment=context.environment)
        except ExpressionError as error:
            raise expression_failed(error, f"{mark.path}: {mark.value}") from error

    rendered = fields.rewritten(schema_of(known.type), dict(config), filled, marks=known.marks)
    used.check_hosts(rendered)
    return rendered


def masked(answer: Answer | StepFailed, masker: Masker) -> Answer | StepFailed:
    """The answer without secrets: what a step gives is stored, shown, and in scope of every later step."""
    if masker.idle:
        return answer
    if isinstance(answer, StepFailed):
        answer.message, answer.hint = masker.text(answer.message), masker.text(answer.hint)
        return answer
    if isinstance(answer, Wait):
        return replace(answer, reason=masker.text(answer.reason), data=masker.value(answer.data))
    if isinstance(answer, StartChild):
        return replace(answer, inputs=masker.value(answer.inputs))
    if not isinstance(answer, Result):
        return answer
    return replace(
        answer,
        output=masker.value(answer.output),
        job_output=masker.value(answer.job_output),
        response=masker.value(answer.response),
    )


def _validation_message(error: pydantic.ValidationError) -> str:
    parts = [f"{'.'.join(str(part) for part in fault['loc']) or 'config'}: {fault['msg']}" for fault in error.errors()]
    return "The settings are not valid once the templates are filled in. " + "; ".join(parts[:5])
