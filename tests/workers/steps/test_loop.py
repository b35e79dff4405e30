"""Loops: what they ask of the engine."""

from __future__ import annotations

import pytest

from backend.catalog.steps import Iterate, StepFailed
from tests.workers.steps.fakes import FakeContext
from workers.steps.loop import Loop


def run(**config):
    return Loop().run(Loop.Config.model_validate(config), FakeContext())


def problems(**config):
    return [found.path for found in Loop.check(Loop.Config.model_validate(config))]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([1, [2], {"a": 3}], [1, [2], {"a": 3}]),
        ([], []),
        (None, []),
        ("[1, 2]", [1, 2]),
        ('{"a": 1}', [{"key": "a", "value": 1}]),
        ("null", []),
        ({"a": 1, "b": 2}, [{"key": "a", "value": 1}, {"key": "b", "value": 2}]),
        ({}, []),
    ],
)
def test_items(items, expected):
    assert run(items=items).items == expected


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (5, "the number 5"),
        (2.5, "the number 2.5"),
        (True, "the truth value true"),
        ("5", "the number 5"),
        ("a, b", "the text “a, b”, which is not JSON"),
        ('"text"', "the text “text”"),
    ],
)
def test_what_is_no_list(items, message):
    with pytest.raises(StepFailed) as caught:
        run(items=items)

    assert message in caught.value.message
    assert caught.value.message.startswith("`items` must be a list")
    assert caught.value.error_type == "validation"
    assert caught.value.hint
    assert not caught.value.retryable


def test_times():
    assert run(times=3).items == [0, 1, 2]
    assert run(times=0).items == []


def test_while():
    asked = run(**{"while": "page is not None", "item": "page"})

    assert (asked.items, asked.while_, asked.item_name) == (None, "page is not None", "page")


def test_options_reach_the_engine():
    asked = run(
        items=[1],
        item="row",
        max_iterations=5,
        on_limit="stop",
        break_when="row > 3",
        on_item_error="collect",
        collect="last",
    )

    assert asked == Iterate(
        items=[1],
        item_name="row",
        max_iterations=5,
        on_limit="stop",
        break_when="row > 3",
        on_item_error="collect",
        collect="last",
    )


def test_names_in_the_body():
    generic = {"item", "index", "item_index", "item_last", "loop", "batch_item", "batch_index"}

    assert set(Loop.body_variables({})) == generic
    assert set(Loop.body_variables({"item": "order"})) == generic | {"order", "order_index", "order_last"}


@pytest.mark.parametrize(
    ("config", "paths"),
    [
        ({"items": "{{ rows }}"}, []),
        ({"while": "x"}, []),
        ({"times": 3}, []),
        ({"items": None, "times": 3}, []),
        ({}, ["items"]),
        ({"items": [], "times": 3}, ["times"]),
        ({"items": [], "while": "x", "times": 3}, ["while"]),
        ({"items": [], "concurrency": 4}, []),
        ({"while": "x", "concurrency": 4}, ["concurrency"]),
        ({"items": [], "item": "loop"}, ["item"]),
        ({"times": 20, "max_iterations": 10}, ["times"]),
        ({"times": 20, "max_iterations": 10, "on_limit": "stop"}, []),
    ],
)
def test_forms(config, paths):
    assert problems(**config) == paths
