"""References to large values: what is one, and what takes its place."""

from __future__ import annotations

from uuid import uuid4

import pytest

from backend.files import refs


def test_a_reference_says_what_it_stands_for() -> None:
    value_id, text = uuid4(), refs.encode(["x" * 5000])

    made = refs.make(value_id, text)

    assert refs.id_of(made) == value_id
    assert made["size"] == len(text)
    assert text.startswith(made["preview"])
    assert len(made["preview"]) == 500


@pytest.mark.parametrize(
    "value",
    [
        {"$ref": "#/definitions/person"},
        {"$ref": f"{uuid4()}"},
        {"$ref": "value:1"},
        {"$ref": 1},
        {"$ref": None},
        "value:",
        None,
        [],
    ],
)
def test_what_only_looks_like_one_is_ordinary_data(value: object) -> None:
    assert refs.id_of(value) is None
    assert refs.replaced(value, lambda raw, _: "replaced") is value


def test_references_are_found_and_replaced_at_any_depth() -> None:
    one, two = uuid4(), uuid4()
    value = {"a": [refs.make(one, "1"), {"b": refs.make(two, "2")}], "same": {"c": [1]}}

    loaded = refs.replaced(value, lambda _, value_id: {one: "first", two: "second"}[value_id])

    assert set(refs.ids_in(value)) == {one, two}
    assert loaded == {"a": ["first", {"b": "second"}], "same": {"c": [1]}}
    assert loaded["same"] is value["same"], "parts without any are not copied"


def test_files_are_found_at_any_depth() -> None:
    file_id = uuid4()

    assert list(refs.files_in({"a": [{"$file": str(file_id), "name": "x"}], "b": {"$file": "no id"}})) == [file_id]
