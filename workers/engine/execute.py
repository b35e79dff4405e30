"""Runs one attempt of one step: fills in the templates, checks the config, calls the type, names every failure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pydantic
import structlog
from django.conf import settings

from backend.catalog import fields
from backend.catalog.steps import Answer, Result, StartChild, StepFailed, StepType, Wait
from backend.common import faultpoints
from backend.common.json import JSON
from backend.common.masking import Masker, masking
from backend.expressions import ExpressionError, render
from backend.files import refs
from workers.engine.activity import Activity
from workers.engine.context import EngineContext, expression_failed
from workers.engine.large import Encoded
from workers.engine.vault import SecretsUsed

logger = structlog.get_logger(__name__)

MAX_ANSWER_CHARACTERS = 8_000_000  # of an output step: it stands in the job's row, and is sent to who asks
_SHOWN_CHARACTERS = 2_000  # of each text in the displayed input

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
        step_type = StepType.registry.get(activity.node.type)
        marks = marks_of(activity, step_type)
        rendered = render_config(step_type, activity.node.step.config, context, marks=marks)
        activity.input = context.vault.masker.value(shown(rendered, marks))
        answer = masked(call(step_type(), step_type.Config.model_validate(rendered)), context.vault.masker)
        return sized(answer) if isinstance(answer, Result) else answer
    except StepFailed as failure:
        return failure
    except pydantic.ValidationError as error:
        return StepFailed(_validation_message(error), error_type="validation")
    except Exception as error:
        logger.exception("step crashed", job=context.job_id, path=context.path, type=activity.node.type)
        return StepFailed(f"The step type itself failed: {type(error).__name__}: {error}", error_type="internal")


def marks_of(activity: Activity, step_type: type[StepType[Any]]) -> Sequence[fields.Marked]:
    """The marked values of a step's config: always the same, so found once for each version."""
    memo, node = activity.frame.graph.memo, activity.node
    known = memo.get(node.id)
    if not isinstance(known, tuple):
        known = memo[node.id] = tuple(fields.marked(schema_of(step_type), node.step.config))
    return known


def render_config(
    step_type: type[StepType[Any]],
    config: Mapping[str, JSON],
    context: EngineContext,
    *,
    marks: Sequence[fields.Marked],
) -> JSON:
    """The config with every template filled in, each by the rules of its place."""

    used = SecretsUsed(context.vault)

    def filled(mark: fields.Marked) -> JSON:
        if mark.kind != "template":
            return mark.value
        variables = used.in_scope(mark, context.variables)
        try:
            shape = step_type.context_of(mark, config)
            return render(mark.value, variables, context=shape, environment=context.environment)
        except ExpressionError as error:
            raise expression_failed(error, f"{mark.path}: {mark.value}") from error

    rendered = fields.rewritten(schema_of(step_type), dict(config), filled, marks=marks)
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


@lru_cache(maxsize=256)
def schema_of(step_type: type[StepType[Any]]) -> dict[str, JSON]:
    """The config's JSON Schema, which carries the marks."""
    return step_type.Config.model_json_schema()


def shown(rendered: Mapping[str, JSON], marks: Sequence[fields.Marked]) -> JSON:
    """The input as people may see it beside the canvas: source text left out, long texts cut."""
    code = {mark.path for mark in marks if mark.kind == "code"}
    return {key: cut(value) for key, value in rendered.items() if key not in code}


def cut(value: JSON) -> JSON:
    """A copy in which no text is long and no list goes on for ever."""
    if isinstance(value, str):
        return value if len(value) <= _SHOWN_CHARACTERS else value[:_SHOWN_CHARACTERS] + "…"
    if isinstance(value, Mapping):
        return {key: cut(item) for key, item in list(value.items())[:100]}
    if isinstance(value, list | tuple):
        return [cut(item) for item in value[:100]]
    return value


def sized(answer: Result) -> Result | StepFailed:
    """The answer, a large one as the text that is stored for it, or the failure when it is too large to be kept."""
    text = refs.encode(answer.output)
    stays = answer.job_output is not None
    limit = MAX_ANSWER_CHARACTERS if stays else settings.MAX_OUTPUT_BYTES
    if len(text) <= limit:
        small = stays or len(text) <= settings.OFFLOAD_CHARACTERS
        return answer if small else replace(answer, output=Encoded(text))
    return StepFailed(
        f"The result is too large: {len(text):,} characters of JSON, and {limit:,} are allowed.",
        error_type="too_large",
        hint="Return less, or write it to a file or database and return where it is.",
    )


def _validation_message(error: pydantic.ValidationError) -> str:
    parts = [f"{'.'.join(str(part) for part in fault['loc']) or 'config'}: {fault['msg']}" for fault in error.errors()]
    return "The settings are not valid once the templates are filled in. " + "; ".join(parts[:5])
