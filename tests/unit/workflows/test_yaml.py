from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.common.errors import Invalid
from backend.common.json_text import FORBIDDEN_KEYS
from backend.workflows.format import yaml

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
tricky = st.sampled_from(["on", "no", "~", "1e3", "1.5e3", "0x1F", "010", "2024-01-01", "12:30:00", "<<", "=", "1_000"])
keys = (texts | tricky).filter(lambda key: key not in FORBIDDEN_KEYS)
scalars = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    scalars | texts | tricky,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(values)
def test_what_is_written_is_read_back(value):
    assert yaml.load(yaml.dump(value)) == value


def test_words_and_dates_stay_text_and_keys_are_text():
    text = "on: yes\n1: 010\nat: 2024-01-01\nduration: 12:30:00\nnothing: ~\nright: true\nratio: 1.5e3\n"

    assert yaml.load(text) == {
        "on": "yes",
        "1": "010",
        "at": "2024-01-01",
        "duration": "12:30:00",
        "nothing": None,
        "right": True,
        "ratio": 1500.0,
    }


def test_json_is_yaml():
    document = {"steps": [{"id": "a", "config": {"code": 'x = "\\n"'}}]}

    assert yaml.load(json.dumps(document)) == document


def test_anchors_and_merges_are_written_out():
    assert yaml.load("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}") == {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}}


def test_source_code_is_written_as_a_block():
    assert "code: |\n" in yaml.dump({"code": "a = 1\nb = 2\n"})


BOMB = "a: &a [" + "x," * 100 + "]\nb: &b [" + "*a," * 100 + "]\nc: &c [" + "*b," * 100 + "]\nd: [" + "*c," * 100 + "]"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a: [1", "line 2"),
        ("a: 1\nb: 2\na: 3", "“a” is there twice"),
        ("x: !!python/object/apply:os.system [ls]", "python/object/apply:os.system is not allowed"),
        ("x: !secret y", "!secret is not allowed"),
        ("? [1, 2]\n: 3", "A key must be text"),
        ("a: &a [*a]", "too large"),
        (BOMB, "too large"),
        ("[" * 100, "levels deep"),
        ("".join(f"k{n}: &a{n} 1\n" for n in range(60)), "anchors"),
        ("x" * 1_000_001, "1 MB"),
        ("x: \x07", "control characters"),
        ("x: 1.0e999", "Infinity"),
        ("x: 99999999999999999999", "64 bits"),
        ("__proto__: 1", "__proto__"),
        ('x: "\\0"', "U+0000"),
        ("b: {<<: [1]}", "Only maps"),
        ("a: 1\n--- \nb: 2", "another document"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(text, part):
    with pytest.raises(Invalid) as caught:
        yaml.load(text)

    assert part in caught.value.detail
    assert caught.value.problems
