"""Whether a hook can work: its settings by what it does, and what goes together. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from backend import expressions
from backend.common.json import JSON
from backend.common.problems import Problem
from backend.hooks.models import Action, Moment

STEP_MOMENTS = frozenset({Moment.BEFORE_STEP, Moment.AFTER_STEP, Moment.ON_ERROR})
MOST_SECONDS = 10.0  # that a hook may take of a step's time
_NAME = re.compile(r"_[a-z][a-z0-9_]{0,60}")
_KEYS = {
    Action.EXPRESSION: {"values", "deny_when", "reason"},
    Action.HTTP: {"url", "timeout"},
    Action.WORKFLOW: {"workflow"},
}


def problems(moment: str, action: str, config: Mapping[str, JSON], *, blocking: bool) -> list[Problem]:
    """All that is wrong with it."""
    return [*_together(moment, action, blocking=blocking), *_settings(Action(action), config)]


def _together(moment: str, action: str, *, blocking: bool) -> Iterator[Problem]:
    if moment not in STEP_MOMENTS and action != Action.WORKFLOW:
        hint = "Start a workflow; to tell an address of jobs, make an event webhook."
        yield Problem("At the start or the end of a job, a hook starts a workflow.", path="action", hint=hint)
    if moment != Moment.BEFORE_STEP and action == Action.EXPRESSION:
        yield Problem("Expressions give names to a step before it runs, and at no other time.", path="action")
    if blocking and moment != Moment.BEFORE_STEP:
        yield Problem("Only a hook before a step can hold it up.", path="blocking")
    if blocking and action == Action.WORKFLOW:
        yield Problem("A hook that starts a workflow does not wait for it.", path="blocking")


def _settings(action: Action, config: Mapping[str, JSON]) -> Iterator[Problem]:
    for key in sorted(config.keys() - _KEYS[action]):
        yield Problem(f"“{key}” is no setting of this action.", path=f"config.{key}")
    if action is Action.EXPRESSION:
        yield from _expressions(config)
    elif action is Action.HTTP:
        yield from _address(config)
    elif not isinstance(config.get("workflow"), str) or not config["workflow"]:
        yield Problem("Name the workflow that it starts.", path="config.workflow")


def _expressions(config: Mapping[str, JSON]) -> Iterator[Problem]:
    values = config.get("values", {})
    if not isinstance(values, dict):
        yield Problem("“values” is an object of names and expressions.", path="config.values")
        return
    if not values and not config.get("deny_when"):
        yield Problem("Give names in “values”, or a condition in “deny_when”.", path="config")
    for name in values:
        if not _NAME.fullmatch(name):
            hint = "Such names belong to hooks alone, so that no step's output is hidden."
            yield Problem(f"“{name}” does not begin with _ and a small letter.", path="config.values", hint=hint)
    texts = {f"values.{name}": text for name, text in values.items()} | {"deny_when": config.get("deny_when") or "1"}
    for path, text in texts.items():
        problem = _syntax(text)
        if problem:
            yield Problem(problem, path=f"config.{path}")
    if not isinstance(config.get("reason", ""), str):
        yield Problem("“reason” is a text.", path="config.reason")


def _syntax(text: JSON) -> str:
    if not isinstance(text, str):
        return "An expression is a text."
    try:
        expressions.compile_expression(text)
    except expressions.ExpressionError as error:
        return error.message
    return ""


def _address(config: Mapping[str, JSON]) -> Iterator[Problem]:
    url = config.get("url")
    parts = urlsplit(url) if isinstance(url, str) and len(url) <= 2000 else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        yield Problem("An address begins with https:// or http://.", path="config.url")
    timeout = config.get("timeout", 5)
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 < timeout <= MOST_SECONDS:
        yield Problem(f"A time limit is a number of seconds up to {MOST_SECONDS:g}.", path="config.timeout")
