"""What every step type owes to the editor, the API and the engine; a new type is tested here by being there."""

from __future__ import annotations

import re

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from backend.catalog.fields import marked
from backend.catalog.steps import COMMON_PORTS, StepType

TYPES = [kind for kind in StepType.registry if kind.__module__.startswith("workers.steps.")]
KINDS = {"expression", "template", "code", "connector", "workflow"}
CONTEXTS = {"text", "url", "header", "html", "sql", "json"}

pytestmark = pytest.mark.parametrize("kind", TYPES, ids=[kind.type for kind in TYPES])


def schema_of(kind):
    return kind.Config.model_json_schema()


def fields_of(kind):
    """Every field of the form, also of the objects inside it."""
    schema = schema_of(kind)
    for owner, part in {"config": schema, **schema.get("$defs", {})}.items():
        for name, field in part.get("properties", {}).items():
            yield f"{owner}.{name}", field


def test_describes_itself(kind):
    assert re.fullmatch(r"[a-z][a-z0-9_]*", kind.type)
    assert kind.label
    assert kind.label[0].isupper()
    assert re.fullmatch(r"[a-z0-9-]+", kind.icon)
    assert kind.icon != "box"
    assert kind.category
    assert kind.color
    assert kind.version >= 1
    assert kind.__doc__ is not None
    assert kind.__doc__.strip().endswith(".")
    assert kind.__doc__ != StepType.__doc__


def test_schema_is_valid(kind):
    Draft202012Validator.check_schema(schema_of(kind))


def test_every_field_has_title_help_and_example(kind):
    incomplete = [
        name
        for name, field in fields_of(kind)
        if not (field.get("title") and field.get("description") and field.get("examples"))
    ]

    assert incomplete == []


def test_examples_are_valid(kind):
    schema = schema_of(kind)

    for name, field in fields_of(kind):
        validator = Draft202012Validator({**field, "$defs": schema.get("$defs", {})})
        for example in field["examples"]:
            assert validator.is_valid(example), f"{name}: {example!r}"


def test_defaults_are_valid(kind):
    for name, field in fields_of(kind):
        if "default" in field:
            validator = Draft202012Validator({**field, "$defs": schema_of(kind).get("$defs", {})})
            assert validator.is_valid(field["default"]), name


def test_unknown_keys_are_refused(kind):
    with pytest.raises(ValidationError) as caught:
        kind.Config.model_validate({"no_such_field": 1})

    assert "extra_forbidden" in {error["type"] for error in caught.value.errors()}


def test_marks_are_known(kind):
    def walk(part):
        if isinstance(part, dict):
            if "x-kind" in part and isinstance(part["x-kind"], str):
                assert part["x-kind"] in KINDS
                assert (part.get("x-context") in CONTEXTS) == (part["x-kind"] == "template")
            for inner in part.values():
                walk(inner)
        if isinstance(part, list):
            for inner in part:
                walk(inner)

    walk(schema_of(kind))


@pytest.mark.parametrize("config", [{}, {"cases": None}, {"cases": "x"}, {"cases": [1, {}, {"name": 2}]}, {"item": 3}])
def test_questions_about_unfinished_configs_are_answered(kind, config):
    ports = kind.ports(config)

    assert isinstance(ports, tuple)
    assert all(isinstance(port, str) and port for port in ports)
    assert len(set(ports)) == len(ports)
    assert not set(ports) & set(COMMON_PORTS)
    assert isinstance(kind.is_pure(config), bool)
    assert all(isinstance(name, str) for name in kind.body_variables(config))
    assert kind.container or not kind.body_variables(config)
    assert list(marked(schema_of(kind), config)) is not None


def test_upgrade_keeps_a_current_config(kind):
    assert kind.upgrade({"a": 1}) == {"a": 1}
