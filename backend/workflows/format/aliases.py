"""Other spellings that documents may come in with; what is stored and exported has one spelling only.

Nothing here judges: what cannot be understood is left as it is, and validation names it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from backend.catalog.registry import Registry
from backend.catalog.steps import StepType
from backend.common.json import JSON
from backend.workflows.format.definition import Definition
from backend.workflows.format.nesting import flatten
from backend.workflows.format.schema import config_schema
from backend.workflows.format.spelling import respell, snake
from backend.workflows.format.stored import upgraded_step

_RETRY_NAMES = {
    "max_retries": "retries",
    "base_delay": "delay",
    "retry_on": "on",
    "no_retry_on": "not_on",
    "strategy": "backoff",
}
_RETRY_FIELDS = frozenset({"retries", "backoff", "delay", "factor", "max_delay", "jitter", "on", "not_on"})
_ON_STEP = ("error_config", "retries", "max_retries", "max_attempts", "retry_on", "no_retry_on")


def normalise(document: JSON, *, catalog: Registry[StepType[Any]] | None = None) -> JSON:
    """The document in the one spelling, as far as it can be understood. Doing it twice changes nothing more."""
    if not isinstance(document, dict):
        return document
    types = StepType.registry if catalog is None else catalog
    result: dict[str, JSON] = respell(flatten(document), _definition_schema())
    if isinstance(result.get("steps"), list):
        result["steps"] = [
            upgraded_step(_step(step, types), types) if isinstance(step, dict) else step for step in result["steps"]
        ]
    return result


@lru_cache(maxsize=1)
def _definition_schema() -> dict[str, JSON]:
    return Definition.model_json_schema()


def _step(raw: dict[str, JSON], types: Registry[StepType[Any]]) -> dict[str, JSON]:
    step = dict(raw)
    if isinstance(step.get("config"), dict):
        step["config"] = dict(step["config"])
    schema = _config_schema(step.get("type"), types)
    _lift(step, schema)
    _read_error_config(step)
    _read_retry(step)
    if isinstance(step.get("on_error"), str):
        step["on_error"] = step["on_error"].strip().lower()
    if isinstance(step.get("after"), str):
        step["after"] = [step["after"]]
    if isinstance(step.get("config"), dict) and schema:
        step["config"] = respell(step["config"], schema)
    return step


def _config_schema(kind: JSON, types: Registry[StepType[Any]]) -> Mapping[str, JSON]:
    if not isinstance(kind, str) or kind not in types:
        return {}
    return config_schema(types.get(kind))


def _lift(step: dict[str, JSON], schema: Mapping[str, JSON]) -> None:
    """Brings options to where they belong: out of the config into the step, `max_iterations` the other way."""
    own = schema.get("properties", {})
    for key in list(step):
        if key not in _ON_STEP and snake(key) in _ON_STEP and snake(key) not in step:
            step[snake(key)] = step.pop(key)
    if "max_iterations" in own and isinstance(step.get("config"), dict | None):
        for key in [key for key in step if snake(key) == "max_iterations"]:
            config = step["config"] = step.get("config") or {}
            config.setdefault("max_iterations", step.pop(key))
    if isinstance(step.get("config"), dict):
        _lift_options(step, step["config"], own)


def _lift_options(step: dict[str, JSON], config: dict[str, JSON], own: Collection[str]) -> None:
    """What is no field of the config's `own`, but an option of every step."""
    for key in list(config):
        name = snake(key)
        if name in _ON_STEP and name not in own and name not in step:
            step[name] = config.pop(key)


def _read_error_config(step: dict[str, JSON]) -> None:
    """`error_config: {action, value}` → `on_error`; what else it holds about trying again → `retry`."""
    given = step.get("error_config", step.get("on_error"))
    known = "error_config" in step or (isinstance(given, dict) and "action" in given)
    if not known:
        return
    rest = {snake(k): v for k, v in given.items()} if isinstance(given, dict) else {"action": given}
    action = rest.pop("action", None)
    value = rest.pop("value", None)
    decision = _decision(action, value)
    retry = {_RETRY_NAMES.get(k, k): v for k, v in rest.items()}
    if decision is None or not retry.keys() <= _RETRY_FIELDS | {"max_attempts"}:
        return
    if retry.get("backoff") not in {"fixed", "linear", "exponential"}:
        retry.pop("backoff", None)  # other systems' “default” strategy
    step.pop("error_config", None)
    if decision != "fail" or "on_error" in step:
        step["on_error"] = decision
    if retry:
        step["retry"] = retry | (step["retry"] if isinstance(step.get("retry"), dict) else {})


def _decision(action: JSON, value: JSON) -> JSON:
    if action is None:
        return "fail"
    if not isinstance(action, str):
        return None
    word = action.strip().lower().removeprefix("retry_then_")
    if word == "fallback":
        return {"fallback": value}
    return {"continue": "continue", "fail": "fail", "branch": "fail", "retry": "fail"}.get(word)


def _read_retry(step: dict[str, JSON]) -> None:
    """`retries: 3` beside the other options, `retry: 3`, and `max_attempts`, which counts the first try too."""
    given = step.get("retry")
    if isinstance(given, int) and not isinstance(given, bool):
        given = {"retries": given}
    if given is not None and not isinstance(given, dict):
        return
    retry = {_RETRY_NAMES.get(snake(key), snake(key)): value for key, value in (given or {}).items()}
    for key in _ON_STEP[1:]:
        if key in step:
            retry.setdefault(_RETRY_NAMES.get(key, key), step.pop(key))
    attempts = retry.get("max_attempts")
    if isinstance(attempts, int) and not isinstance(attempts, bool) and attempts >= 1:
        retry.pop("max_attempts")
        retry.setdefault("retries", attempts - 1)
    if retry or given is not None:
        step["retry"] = retry
