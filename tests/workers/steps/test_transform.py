"""Transforms: by expressions and by code."""

from __future__ import annotations

import pytest

from backend.catalog.steps import Result, StepFailed
from tests.workers.steps.fakes import FakeContext
from workers.steps.transform import Transform


def run(context, **config):
    return Transform().run(Transform.Config.model_validate(config), context)


def problems(**config):
    return [(found.path, found.message) for found in Transform.check(Transform.Config.model_validate(config))]


def test_values():
    context = FakeContext({"line": {"quantity": 3, "price": 1.5}})

    result = run(context, values={"total": "line.quantity * line.price", "none": "line.missing"})

    assert result == Result({"total": 4.5, "none": None})
    assert context.scripts == []


def test_error_names_the_value():
    with pytest.raises(StepFailed, match="“total”: ") as caught:
        run(FakeContext({"a": "x"}), values={"total": "a - 1"})

    assert caught.value.error_type == "expression"
    assert str(caught.value) == caught.value.message


def test_code():
    context = FakeContext({"rows": [1, 2, 3]}, timeout=9)

    assert run(context, code="result = [row * 2 for row in rows]") == Result([2, 4, 6])
    assert (context.scripts[0].language, context.scripts[0].timeout) == ("python", 9)


def test_only_values_are_pure():
    assert Transform.is_pure({"values": {"a": "1"}})
    assert not Transform.is_pure({"code": "result = 1"})


def test_exactly_one_form():
    assert problems(values={"a": "1"}) == []
    assert problems(code="result = 1") == []
    assert problems() == [("", "A transform needs `values` or `code`.")]
    assert problems(values={"a": "1"}, code="x = 1") == [("code", "A transform takes `values` or `code`, not both.")]
