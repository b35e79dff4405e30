"""Forms made from schemas: which questions, how answers are read, what is said about wrong ones."""

from __future__ import annotations

import pytest

from backend.triggers.forms.fields import fields_of
from backend.triggers.forms.reading import check, read

KINDS = {
    "text": ({"type": "string"}, "text"),
    "long text": ({"type": "string", "maxLength": 1000}, "textarea"),
    "text with lines": ({"type": "string", "format": "multiline"}, "textarea"),
    "e-mail": ({"type": "string", "format": "email"}, "email"),
    "day": ({"type": "string", "format": "date"}, "date"),
    "moment": ({"type": "string", "format": "date-time"}, "datetime-local"),
    "whole number": ({"type": "integer"}, "number"),
    "number or nothing": ({"type": ["null", "number"]}, "number"),
    "yes or no": ({"type": "boolean"}, "checkbox"),
    "choice": ({"enum": ["a", "b"]}, "choice"),
    "choice with titles": ({"oneOf": [{"const": 1, "title": "One"}, {"const": 2}]}, "choice"),
    "several choices": ({"type": "array", "items": {"enum": ["a"]}}, "choices"),
    "list of texts": ({"type": "array", "items": {"type": "string"}}, "lines"),
    "list of anything": ({"type": "array"}, "json"),
    "object": ({"type": "object"}, "json"),
    "file": ({"type": "object", "format": "file"}, "file"),
    "picture": ({"type": "string", "contentMediaType": "image/*"}, "file"),
    "files": ({"type": "array", "items": {"format": "file"}}, "files"),
    "nothing said": ({}, "text"),
}


def form(**properties):
    return fields_of({"type": "object", "properties": properties})


def answers(schema, **sent):
    fields = fields_of({"type": "object", "properties": {"x": schema}})
    filled = read(
        fields, sent={name: value if isinstance(value, list) else [value] for name, value in sent.items()}, files={}
    )
    check({"type": "object", "properties": {"x": schema}}, filled)
    return filled


@pytest.mark.parametrize("case", KINDS)
def test_each_schema_has_its_kind_of_question(case):
    schema, kind = KINDS[case]

    assert form(x=schema)[0].kind == kind


def test_questions_keep_their_order_and_words():
    schema = {
        "required": ["z"],
        "properties": {
            "z": {"type": "string", "title": "Your name", "description": "As in the contract.", "default": "Ann"},
            "first_day": {"type": "string"},
            "n": {"type": "integer", "minimum": 1, "maximum": 9},
        },
    }

    name, day, number = fields_of(schema)

    assert (name.label, name.help, name.value, name.required) == ("Your name", "As in the contract.", "Ann", True)
    assert (day.label, day.required) == ("First day", False)
    assert number.limits == {"min": "1", "max": "9", "step": "1"}


@pytest.mark.parametrize(
    ("schema", "sent", "value"),
    [
        ({"type": "string"}, " Ann ", " Ann "),
        ({"type": "integer"}, "7", 7),
        ({"type": "number"}, "1,5", 1.5),
        ({"type": "boolean"}, "true", True),
        ({"enum": [1, 2]}, "1", 1),
        ({"enum": ["1", "2"]}, "1", "1"),
        ({"enum": ["a", None, False]}, "false", False),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, ["a", "b"], ["a", "b"]),
        ({"type": "array", "items": {"type": "string"}}, "a\r\n\r\n b ", ["a", "b"]),
        ({"type": "object"}, '{"a": [1]}', {"a": [1]}),
        ({"type": "string", "format": "date-time"}, "2026-01-02T03:04", "2026-01-02T03:04:00"),
    ],
)
def test_answers_become_values(schema, sent, value):
    filled = answers(schema, x=sent)

    assert (filled.values, filled.errors) == ({"x": value}, {})


@pytest.mark.parametrize(
    ("schema", "sent", "words"),
    [
        ({"type": "integer"}, "many", "Write a number."),
        ({"type": "integer"}, "1.5", "type integer"),
        ({"type": "integer"}, "nan", "not so large"),
        ({"type": "integer", "minimum": 3}, "2", "at least 3"),
        ({"type": "integer", "maximum": 3}, "4", "at most 3"),
        ({"type": "string", "minLength": 5}, "abc", "at least 5 characters"),
        (
            {"type": "string", "pattern": "^[A-Z]+$", "description": "Capital letters only."},
            "abc",
            "Capital letters only.",
        ),
        ({"enum": ["a"]}, "b", "Choose one"),
        ({"type": "array", "items": {"enum": ["a"]}}, ["a", "z"], "Choose one"),
        ({"type": "array", "maxItems": 1, "items": {"type": "string"}}, "a\nb", "at most 1"),
        ({"type": "object"}, "{", "not JSON"),
    ],
)
def test_wrong_answers_are_told_in_words(schema, sent, words):
    assert words in answers(schema, x=sent).errors["x"]


def test_what_is_left_out_is_left_out_and_what_is_needed_is_asked_for():
    fields = fields_of({"properties": {"a": {"type": "string"}, "b": {"type": "boolean"}}, "required": ["a", "b"]})

    filled = read(fields, sent={"a": [" "]}, files={})

    assert (filled.values, filled.errors) == ({"b": False}, {"a": "Fill this in."})


@pytest.mark.parametrize(
    ("format_", "good", "bad"),
    [
        ("email", "ana@example.com", ("nomail", "a b@@", "@")),
        ("date", "2030-01-31", ("2030-02-31", "tomorrow")),
        ("date-time", "2030-01-31T08:00", ("2030-01-31T25:00", "noon")),
    ],
)
def test_a_text_has_the_format_that_is_asked_for(format_, good, bad):
    schema = {"type": "string", "format": format_}

    assert not answers(schema, x=good).errors
    for text in bad:
        assert "such as" in answers(schema, x=text).errors["x"]
