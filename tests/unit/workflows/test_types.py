"""Declared types of results against their uses: a warning, an error in strict mode, silence where nothing is known."""

from __future__ import annotations

import pytest

from backend.workflows.documents import report

FACTS = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "score": {"type": ["number", "null"]},
        "active": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "rows": {
            "type": "array",
            "items": {"type": "object", "properties": {"price": {"type": "number"}, "sku": {"type": "string"}}},
        },
        "anything": {},
        "open": {"type": "object"},
        "kind": {"enum": ["a", "b"]},
    },
}


def fetch(**step):
    return {"id": "fetch", "type": "script", "output": "facts", "config": {"code": "return 1"}, **step}


def use(expression, **step):
    return {"id": "use", "type": "output", "after": ["fetch"], "config": {"values": {"x": expression}}, **step}


def mismatches(*steps, **document):
    found = report({"steps": list(steps), **document})
    assert [p for p in found.errors if p.code != "type_mismatch"] == []
    return [p for p in (*found.errors, *found.warnings) if p.code == "type_mismatch"]


@pytest.mark.parametrize(
    ("expression", "part"),
    [
        ("facts.nmae", "Did you mean"),
        ("facts['nmae']", "no field"),
        ("facts.id + 'x'", "“+” cannot work on a whole number and text"),
        ("facts.name - 1", "“-” cannot work on text and a whole number"),
        ("facts.name * facts.name", "“*”"),
        ("facts.name > 3", "no order between text and a whole number"),
        ("facts.id == 'seven'", "never equal"),
        ("facts.kind != 3", "always true"),
        ("facts.id.upper()", "no method upper()"),
        ("facts.tags.upper()", "a list, which has no method"),
        ("facts.id.name", "which has no field “name”"),
        ("facts.rows.price", "Take one item first"),
        ("facts.rows[0].pirce", "no field “pirce”"),
        ("facts.tags['a']", "no field"),
        ("len(facts.id)", "len() cannot count"),
        ("[x for x in facts.id]", "nothing to go through"),
        ("[r.pirce for r in facts.rows]", "no field “pirce”"),
        ("sum(r.sku + 1 for r in facts.rows)", "“+”"),
        ("f'{facts.nmae}'", "no field"),
        ("(facts.name if facts.active else 'x') / 2", "“/”"),
        ("len(facts.name).lower()", "no method lower()"),
    ],
)
def test_a_use_that_cannot_work_is_warned_about(expression, part):
    steps = (fetch(output_schema=FACTS), use(expression))

    (problem,) = mismatches(*steps)
    strict = report({"steps": list(steps), "settings": {"strict_types": True}})

    assert part in f"{problem.message} {problem.hint}"
    assert problem.path == "steps[1].config.values.x"
    assert problem.step == "use"
    assert [p.code for p in strict.errors] == ["type_mismatch"]
    assert report({"steps": list(steps)}).is_valid


@pytest.mark.parametrize(
    "expression",
    [
        "facts.id + 1 > 2.5 and facts.active",
        "facts.name.upper() + '!' if facts.name else 'none'",
        "facts.score + 1",
        "default(facts.score, 0) * 2",
        "facts.id == 7.0 or facts.id == true",
        "[r.price * 2 for r in facts.rows if r.sku.startswith('x')]",
        "sum(r.price for r in facts.rows)",
        "', '.join(facts.tags) + str(facts.id)",
        "facts.anything.whatever + 3",
        "facts.open.whatever.deep",
        "facts.name > now()",
        "facts.name - timedelta(days=1)",
        "facts.name * 3 + '-'",
        "facts.rows[0].price + facts.id",
        "facts.name == facts.kind",
        "facts == null or facts.id is None",
        "facts.rows[0:2][0].sku.lower()",
        "{'a': facts.id}.a + 1",
    ],
)
def test_what_can_work_is_left_alone(expression):
    assert mismatches(fetch(output_schema=FACTS), use(expression)) == []


def test_nothing_is_said_of_what_nobody_declared():
    assert mismatches(fetch(), use("facts.whatever.x + 'a' - 3 if facts > 3 else facts.upper()")) == []


def test_a_pinned_output_is_a_sample():
    steps = (
        fetch(pinned_output={"id": 7, "rows": [{"n": 1}, {"n": None, "m": "x"}]}),
        use("facts.id + facts.rows[0].q"),
    )

    assert [p.hint for p in mismatches(*steps)] == ["There are: n, m."]
    assert mismatches(steps[0], use("facts.rows[0].n + 'x'")) == []  # null says nothing


def test_values_of_expressions_and_the_jobs_input_are_known_too():
    inputs = {"type": "object", "properties": {"amount": {"type": "number"}, "code": {"type": "string"}}}
    steps = [
        {"id": "sums", "type": "transform", "config": {"values": {"total": "amount * 2", "label": "f'{code}'"}}},
        {**use("sums.total.upper() + sums.lable"), "after": ["sums"]},
        {**use("code + 1"), "id": "other", "after": []},
    ]

    found = mismatches(*steps, inputs=inputs)

    assert [p.path for p in found] == ["steps[1].config.values.x"] * 2 + ["steps[2].config.values.x"]


def test_the_item_of_a_loop_is_known():
    steps = [
        fetch(output_schema=FACTS),
        {"id": "l", "type": "loop", "after": ["fetch"], "config": {"items": "{{ facts.rows }}", "item": "row"}},
        {"id": "in", "type": "output", "parent": "l", "config": {"values": {"a": "row.price", "b": "item.pirce"}}},
    ]
    steps[2]["id"] = "inside"

    assert [p.path for p in mismatches(*steps)] == ["steps[2].config.values.b"]


def test_a_variable_of_two_branches_can_be_either():
    steps = [
        {"id": "c", "type": "condition", "config": {"expression": "true"}},
        {**fetch(output_schema=FACTS, after=["c.true"]), "id": "one"},
        {**fetch(after=["c.false"], output_schema={"type": "string"}), "id": "two"},
        {**use("facts.upper() if facts else facts.nmae"), "after": ["one", "two"]},
    ]

    assert mismatches(*steps) == []


def test_declared_result_into_an_expected_type():
    """C-58: {id: int} into an input that wants text: warning by default, error in strict mode."""
    steps = [
        fetch(output_schema=FACTS),
        {
            "id": "use",
            "type": "script",
            "after": ["fetch"],
            "expects": {"facts.id": {"type": "string"}, "facts.score": {"type": "number"}, "facts.anything": {}},
            "config": {"code": "return facts.id.upper()"},
        },
    ]

    (problem,) = mismatches(*steps)
    strict = report({"steps": steps, "settings": {"strict_types": True}})

    assert problem.message == "“facts.id” is a whole number, and text is expected here."
    assert problem.path == "steps[1].expects.facts.id"
    assert report({"steps": steps}).is_valid
    assert not strict.is_valid


def test_a_declaration_must_be_a_schema():
    found = report({"steps": [fetch(output_schema={"type": "strnig"}, expects={"a": {"type": 3}})]})

    assert [(p.code, p.path) for p in found.errors] == [
        ("schema", "steps[0].output_schema"),
        ("schema", "steps[0].expects.a"),
    ]
