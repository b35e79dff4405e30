"""The published JSON Schema: good enough for completion in an editor, and of one mind with the models."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from backend.catalog.steps import StepType
from backend.workflows.format import yaml
from backend.workflows.format.schema import document_schema
from backend.workflows.validation import validate

SCHEMA = document_schema()
EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.yaml"))


def parts():
    """Every object of the schema that has fields, by its name."""
    yield "Definition", SCHEMA
    yield from ((name, part) for name, part in SCHEMA["$defs"].items() if "properties" in part)


def whole(field):
    """A field with what the part that it refers to says of itself."""
    return {**SCHEMA["$defs"].get(field.get("$ref", "").removeprefix("#/$defs/"), {}), **field}


FIELDS = [(f"{part}.{name}", whole(field)) for part, schema in parts() for name, field in schema["properties"].items()]


@pytest.mark.parametrize(("name", "field"), FIELDS, ids=[name for name, _ in FIELDS])
def test_every_field_says_what_it_is_and_shows_how_it_looks(name, field):
    """Also those of each step type: they are what people see in the form and in their editor of YAML."""
    choices = any(word in str(field) for word in ("'enum'", "'const'", "'boolean'"))

    assert field.get("title")
    assert field.get("description")
    assert choices or field.get("examples"), f"{name} needs examples=[…]"


def test_every_part_has_a_title_and_says_what_it_is():
    assert [name for name, part in parts() if not part.get("title") or not part.get("description")] == []


def test_it_is_valid_and_every_reference_leads_somewhere():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    references = {word for word in str(SCHEMA).split("'") if word.startswith("#/$defs/")}

    assert {ref.removeprefix("#/$defs/") for ref in references} <= SCHEMA["$defs"].keys()


@pytest.mark.parametrize("kind", list(StepType.registry), ids=lambda kind: kind.type)
def test_each_step_type_is_offered_with_its_own_settings(kind):
    step = SCHEMA["$defs"]["Step"]
    position = step["properties"]["type"]["enum"].index(kind.type)
    rule = next(rule for rule in step["allOf"] if rule["if"]["properties"]["type"]["const"] == kind.type)

    assert step["properties"]["type"]["enumDescriptions"][position]
    assert rule["then"]["properties"]["config"] == {"$ref": f"#/$defs/config.{kind.type}"}
    assert SCHEMA["$defs"][f"config.{kind.type}"]["properties"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_fit(path):
    assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(yaml.load(path.read_text()))) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"steps": [{"id": "A", "type": "script"}]}, "$.steps[0].id"),
        ({"steps": [{"id": "a", "type": "scrpt"}]}, "$.steps[0].type"),
        ({"steps": [{"id": "a", "type": "script", "config": {"code": "1", "langauge": "x"}}]}, "$.steps[0].config"),
        ({"steps": [{"id": "a", "type": "script", "config": {"memory_mb": "x", "code": "1"}}]}, "memory_mb"),
        ({"settings": {"when_busy": "wait"}}, "$.settings.when_busy"),
        ({"triggers": [{"id": "a", "type": "webhook", "auth": "magic"}]}, "$.triggers[0]"),
    ],
)
def test_schema_and_validation_refuse_the_same(change, place):
    document = {
        "stepgraph": 1,
        "name": "N",
        "steps": [{"id": "a", "type": "script", "config": {"code": "1"}}],
        **change,
    }

    errors = list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(document))

    assert any(place in error.json_path for error in errors)
    assert not validate(document).is_valid
