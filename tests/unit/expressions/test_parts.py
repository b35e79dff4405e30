"""Names and paths, the catalogue, the white list, the cache, the border."""

from __future__ import annotations

import ast

import pytest

from backend.expressions import catalogue, compile_expression
from backend.expressions.check import ALLOWED, REFUSED, UNREACHABLE
from tests.unit.expressions.helpers import evaluate, failure


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("1 + 2", ()),
        ("a", (("a",),)),
        ("errors.fetch.message", (("errors", "fetch", "message"),)),
        ("a['b'].c[0].d", (("a", "b", "c"),)),
        ("a.b.lower() + len(a.c)", (("a", "b"), ("a", "c"))),
        ("datetime.now() - timedelta(minutes=m)", (("m",),)),
        ("datetime.hour", (("datetime", "hour"),)),
        ("[x.y + z for x in rows if x.ok]", (("rows",), ("z",))),
        ("[x for x in x]", (("x",),)),
        ("{k: v for k, v in d.items() if k in allowed}", (("d",), ("allowed",))),
        ("[b for a in rows for b in a.items]", (("rows",),)),
        ("f'{user.name:>10} {true}'", (("user", "name"),)),
        ("a if b else c", (("b",), ("a",), ("c",))),
        ("a[b.c]", (("a",), ("b", "c"))),
        ("true and null", ()),
        ("email.from", (("email", "from"),)),
    ],
)
def test_paths(text, paths):
    expression = compile_expression(text)

    assert set(expression.paths) == set(paths)
    assert expression.names == {path[0] for path in paths}


def test_every_node_of_this_python_is_classified():
    def subclasses(cls):
        for child in cls.__subclasses__():
            if child.__module__ in {"ast", "_ast"}:
                yield child.__name__
                yield from subclasses(child)

    unclassified = set(subclasses(ast.AST)) - ALLOWED - set(REFUSED) - UNREACHABLE

    assert unclassified == set()
    assert not ALLOWED & (set(REFUSED) | UNREACHABLE)


def test_the_catalogue_offers_what_can_be_called():
    offered = {(entry["kind"], entry["name"]) for entry in catalogue()}

    assert {("function", "datetime.now"), ("method", "upper"), ("field", "hour"), ("word", "and")} <= offered
    assert all(entry["help"] for entry in catalogue() if entry["kind"] != "field")


@pytest.mark.parametrize("entry", [e for e in catalogue() if e["kind"] == "function"], ids=lambda e: e["name"])
def test_every_function_refuses_a_call_without_sense_in_words(entry):
    error = failure(f"{entry['name']}(1, 2, 3, 4, 5, 6, 7, 8, x=null)")

    assert error.code == "type"


def test_a_compiled_expression_is_kept():
    assert compile_expression("a + 1") is compile_expression("a + 1")


def test_a_result_shares_nothing_with_the_scope():
    scope = {"rows": [{"tags": ["a"]}]}

    result = evaluate("rows", scope)
    result[0]["tags"].append("b")

    assert scope == {"rows": [{"tags": ["a"]}]}


def test_what_is_not_json_cannot_be_used():
    class Foreign:
        secret = 1

    class Sneaky(dict):
        def get(self, _key):
            raise AssertionError

    assert failure("thing", thing=Foreign()).code == "type"
    assert failure("thing.secret", thing=Foreign()).code == "type"
    assert failure("thing + 1", thing=Foreign()).code == "type"
    assert failure("thing < 1", thing=Foreign()).code == "type"
    assert failure("[thing]", thing=Foreign()).code == "type"
    assert failure("thing.upper()", thing=Foreign()).code == "type"
    assert failure("thing.x", thing=Sneaky()).code == "type"
    assert failure("thing", thing=float("inf")).code == "value"
    assert failure("thing", thing={1: 2}).code == "type"
    assert evaluate("thing == 1", thing=Foreign()) is False


def test_a_gap_in_the_checks_fails_closed():
    class Broken(dict):
        def __getitem__(self, _key):
            raise TypeError

    from backend.expressions import ExpressionError
    from tests.unit.expressions.helpers import environment

    with pytest.raises(ExpressionError) as caught:
        compile_expression("a").evaluate(Broken(), environment=environment())

    assert caught.value.code == "internal"
