"""A document is the same after every way that it can go: JSON, YAML, the database, the browser's numbers."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.workflows.documents import draft
from backend.workflows.exchange import exported
from backend.workflows.format import Definition, yaml
from backend.workflows.format.aliases import normalise
from backend.workflows.format.canonical import canonical, checksum
from backend.workflows.models import Workflow

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | st.sampled_from(
    [
        "on",
        "yes",
        "null",
        "~",
        "2024-01-01",
        "1e3",
        "0x1",
        "{{ a }}",
        "a: b",
        "- x",
        "# c",
        " x ",
        "a\nb\n",
        "\ttab",
        "é\u2028",
        "'\"",
    ]
)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b c", "on", "1"]), inner, max_size=3)
    ),
    max_leaves=6,
)
RETRY = st.fixed_dictionaries(
    {"factor": st.floats(3, 9)},
    optional={
        "retries": st.integers(0, 5),
        "delay": st.floats(0, 9),
        "jitter": st.booleans(),
        "not_on": st.lists(TEXT),
    },
)
OPTIONS = {
    "name": TEXT,
    "enabled": st.booleans(),
    "retry": RETRY,
    "timeout": st.floats(1, 100) | st.integers(1, 100),
    "on_error": st.sampled_from(["fail", "continue"]) | st.fixed_dictionaries({"fallback": VALUE}),
    "priority": st.integers(0, 9),
    "pinned_output": VALUE,
    "notes": TEXT,
    "join": st.sampled_from(["any", "all", "first"]),
    "expects": st.just({"a.b": {"type": "string"}}),
    "cache": st.fixed_dictionaries({"key": TEXT}, optional={"ttl": st.integers(1, 99)}),
}
CONFIGS = st.sampled_from(["script", "transform", "output"]).flatmap(
    lambda kind: st.tuples(
        st.just(kind),
        st.fixed_dictionaries({"code": TEXT, "language": st.just("bash")})
        if kind == "script"
        else st.fixed_dictionaries({"values": st.dictionaries(st.sampled_from(["x", "y", "on"]), TEXT, max_size=3)}),
    )
)


@st.composite
def documents(draw):
    count = draw(st.integers(0, 4))
    steps = []
    for number in range(count):
        kind, config = draw(CONFIGS)
        options = draw(st.fixed_dictionaries({}, optional=OPTIONS))
        after = [f"s{n}" for n in range(number) if draw(st.booleans())]
        steps.append({"id": f"s{number}", "type": kind, "after": after, "config": config, **options})
    return {
        "stepgraph": 1,
        "name": draw(TEXT) or "N",
        "description": draw(TEXT),
        "steps": steps,
        "settings": draw(
            st.fixed_dictionaries(
                {}, optional={"timeout": st.none() | st.integers(1, 9), "priority": st.integers(0, 3)}
            )
        ),
        "triggers": [{"id": "t", "type": "webhook", "methods": ["POST"]}] if draw(st.booleans()) else [],
        "ui": draw(
            st.fixed_dictionaries(
                {}, optional={"positions": st.just({"s0": [1, 2.5]}), "notes": st.lists(VALUE, max_size=2)}
            )
        ),
    }


def spoken(document):
    return canonical(Definition.model_validate(normalise(document)))


SETTINGS = settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@SETTINGS
@given(documents())
def test_json_and_yaml_give_the_same_document_again(document):
    once = spoken(document)

    for form in ("json", "yaml"):
        text = exported(once, form=form)
        again = spoken(yaml.load(text))
        assert again == once
        assert list(again) == list(once)
        assert exported(again, form=form) == text
        assert checksum(again) == checksum(once)
    assert spoken(json.loads(json.dumps(once))) == once


@SETTINGS
@given(documents())
def test_the_one_spelling_says_the_same_as_what_was_written(document):
    assert Definition.model_validate(spoken(document)) == Definition.model_validate(normalise(document))


CAMEL = {
    "on_error": "onError",
    "max_iterations": "maxIterations",
    "pinned_output": "pinnedOutput",
    "circuit_breaker": "circuitBreaker",
    "not_on": "notOn",
    "max_delay": "maxDelay",
    "output_schema": "outputSchema",
    "error_workflow": "errorWorkflow",
}


def camel(value):
    if isinstance(value, list):
        return [camel(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        CAMEL.get(key, key): item if key in {"ui", "pinned_output", "config"} else camel(item)
        for key, item in value.items()
    }


@SETTINGS
@given(documents())
def test_camel_case_is_the_same_document(document):
    assert spoken(camel(document)) == spoken(document)


@pytest.mark.django_db
@settings(SETTINGS, max_examples=20)
@given(documents())
def test_the_database_keeps_it_to_the_last_key(acme, document):
    once = draft(document)
    workflow = Workflow.objects.create(organization=acme, slug="w", name="W", definition=once)
    try:
        again = Workflow.objects.get(pk=workflow.pk).definition
    finally:
        workflow.delete()

    assert again == once
    assert json.dumps(again) == json.dumps(once)
