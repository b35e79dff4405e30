"""Every fault of a document is found where it is, all at once, with a hint; what is right has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.workflows.documents import report
from backend.workflows.format import yaml
from tests.unit.workflows.helpers import codes, condition, found, loop, output, script

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ([script("a"), script("a")], {("duplicate_id", "a", "steps[1].id")}),
        ([script("a", type="scrpt")], {("unknown_type", "a", "steps[0].type")}),
        ([script("a", after=["b"])], {("unknown_step", "a", "steps[0].after[0]")}),
        ([script("a"), script("b", after=["a.true"])], {("unknown_port", "b", "steps[1].after[0]")}),
        ([condition("a"), script("b", after=["a.true", "a.flase"])], {("unknown_port", "b", "steps[1].after[1]")}),
        ([script("a", parent="x")], {("unknown_step", "a", "steps[0].parent")}),
        ([script("a"), script("b", parent="a")], {("scope", "b", "steps[1].parent")}),
        ([loop("l"), script("a", parent="l"), script("b", after=["a"])], {("scope", "b", "steps[2].after[0]")}),
        ([script("b"), loop("l"), script("a", parent="l", after=["b"])], {("scope", "a", "steps[2].after[0]")}),
        ([script("a", after=["b"]), script("b", after=["a"])], {("cycle", "a", "steps[0].after")}),
        ([loop("l", parent="m"), loop("m", parent="l")], {("cycle", "l", "steps[0].parent")}),
        ([script("job")], {("reserved_name", "job", "steps[0].id")}),
        ([script("a", output="steps")], {("reserved_name", "a", "steps[0].output")}),
        ([script("a", compensate="ghost")], {("unknown_step", "a", "steps[0].compensate")}),
        ([script("a", compensate="a")], {("compensation", "a", "steps[0].compensate")}),
        ([script("a", compensate="b"), script("b", after=["a"])], {("compensation", "b", "steps[1].after")}),
        (
            [script("a", compensate="undo"), script("b", compensate="undo"), script("undo")],
            {("compensation", "b", "steps[1].compensate")},
        ),
        (
            [condition("c"), script("a", after=["c.true", "c.false"], join="all")],
            {("unreachable", "a", "steps[1].join")},
        ),
        ([script("c"), script("a", after=["c", "c.error"], join="all")], {("unreachable", "a", "steps[1].join")}),
        ([{"id": "A", "type": "script", "config": {"code": "1"}}], {("schema", "A", "steps[0].id")}),
        ([{"id": "a", "config": {}}], {("schema", "a", "steps[0].type")}),
        ([{"type": "script", "config": {"code": "1"}}], {("schema", None, "steps[0].id")}),
        ([script("a", tiemout=3)], {("schema", "a", "steps[0].tiemout")}),
        ([script("a", timeout="3")], {("schema", "a", "steps[0].timeout")}),
        (
            [script("a", retry={"retries": -1, "wait": 3})],
            {("schema", "a", "steps[0].retry.retries"), ("schema", "a", "steps[0].retry.wait")},
        ),
        ([script("a", on_error="explode")], {("schema", "a", "steps[0].on_error")}),
        (
            [script("a", on_error={"fallbak": 1})],
            {("schema", "a", "steps[0].on_error.fallback"), ("schema", "a", "steps[0].on_error.fallbak")},
        ),
        ([script("a", config={})], {("config", "a", "steps[0].config.code")}),
        ([script("a", config={"code": "1", "langauge": "python"})], {("config", "a", "steps[0].config.langauge")}),
        ([script("a", config={"code": "1", "memory_mb": "lots"})], {("config", "a", "steps[0].config.memory_mb")}),
        ([{"id": "a", "type": "api", "config": {"method": "GET"}}], {("config", "a", "steps[0].config.url")}),
        ([loop("l", config={})], {("config", "l", "steps[0].config.items")}),
        ([script("a", config={"code": "x = 1\nif x\n  return 2"})], {("code_syntax", "a", "steps[0].config.code")}),
        ([condition("a", "1 +")], {("expression", "a", "steps[0].config.expression")}),
        ([condition("a", "customer_id > 3")], {("unknown_variable", "a", "steps[0].config.expression")}),
        ([output("a", {"x": "ghost.name"})], {("unknown_variable", "a", "steps[0].config.values.x")}),
        ([output("a", {"x": "errors.ghost.message"})], {("unknown_step", "a", "steps[0].config.values.x")}),
        ([output("a", {"x": "steps['ghost'].status"})], {("unknown_step", "a", "steps[0].config.values.x")}),
        ([script("a", after=["b"]), output("b", {"x": "a"})], {("later", "b", "steps[1].config.values.x")}),
        ([script("a"), output("b", {"x": "a"})], {("later", "b", "steps[1].config.values.x")}),
        ([output("b", {"x": "b"})], {("later", "b", "steps[0].config.values.x")}),
        ([output("b", {"x": "secrets.KEY"})], {("secret", "b", "steps[0].config.values.x")}),
        (
            [loop("l"), script("a", parent="l"), output("b", {"x": "a"}, after=["l"])],
            {("scope", "b", "steps[2].config.values.x")},
        ),
        ([output("b", {"x": "item"})], {("unknown_variable", "b", "steps[0].config.values.x")}),
        (
            [script("a", output="facts"), output("b", {"x": "a"}, after=["a"])],
            {("unknown_variable", "b", "steps[1].config.values.x")},
        ),
        ([script("a", cache={"key": "{{ ghost }}"})], {("unknown_variable", "a", "steps[0].cache.key")}),
        (
            [{"id": "a", "type": "api", "config": {"url": "http://x/{{ ghost }}/{{ 1 + }}"}}],
            {("expression", "a", "steps[0].config.url")},
        ),
        (
            [
                {
                    "id": "a",
                    "type": "api",
                    "config": {"method": "POST", "url": "http://x", "body": {"deep": ["{{ ghost }}"]}},
                }
            ],
            {("unknown_variable", "a", "steps[0].config.body.deep[0]")},
        ),
        ([], {("empty", None, "steps")}),
    ],
)
def test_each_fault_is_found_where_it_is(steps, wanted):
    assert found(*steps) == wanted


@pytest.mark.parametrize(
    "steps",
    [
        [script("a", output="facts"), output("b", {"x": "facts.total", "y": "[f.x for f in facts]"}, after=["a.done"])],
        [script("a", config={"code": "return webhook_payload", "env": {"KEY": "{{ secrets.KEY }}"}})],
        [
            output(
                "a",
                {
                    "x": "input.anything",
                    "y": "webhook_payload.z",
                    "z": "job.id",
                    "v": "vars.NAME",
                    "w": "workflow.slug",
                },
            )
        ],
        [condition("a", "true AND NOT null"), script("b", after=["a.true"]), script("c", after=["a.false"])],
        [
            loop("l", config={"items": "{{ input.rows }}", "item": "row", "break_when": "a.done and row_index > 3"}),
            script("a", parent="l"),
            output("b", {"x": "row.name", "y": "loop.index", "z": "item_last", "w": "a"}, parent="l", after=["a"]),
            output("c", {"x": "l", "y": "loop.errors", "z": "[item_last, row_last]"}, after=["l"]),
        ],
        [
            loop("l", config={"while": "index < 3", "max_iterations": 9}),
            loop("m", parent="l", config={"items": "{{ item.rows }}", "item": "cell"}),
            output("a", {"x": "cell", "y": "index"}, parent="m"),
        ],
        [
            script("a", on_error="continue", compensate="undo"),
            script("undo"),
            output("b", {"x": "errors.a.message"}, after=["a"]),
        ],
        [script("a"), script("b"), output("c", {"x": "[a, b]"}, after=["a", "b.error"], join="all")],
    ],
)
def test_what_is_right_has_no_errors(steps):
    assert found(*steps) == set()


def test_declared_inputs_are_variables():
    inputs = {"type": "object", "properties": {"region": {"type": "string"}}}

    assert codes(output("a", {"x": "region"}), inputs=inputs) == []
    assert codes(output("a", {"x": "regoin"}), inputs=inputs) == ["unknown_variable"]


def test_an_undeclared_input_gets_the_hint_to_declare_it():
    [problem] = report({"steps": [condition("a", "customer_id > 3")]}).errors

    assert "customer_id" in problem.message
    assert "inputs" in problem.hint
    assert "input.customer_id" in problem.hint


@pytest.mark.parametrize(
    ("steps", "hint"),
    [
        ([script("a", type="scrpt")], "“script”"),
        ([script("fetch"), script("b", after=["fecth"])], "“fetch”"),
        ([condition("c"), script("b", after=["c.ture"])], "“true”"),
        ([script("a", tiemout=3)], "“timeout”"),
        ([script("a", config={"code": "1", "langauge": "x"})], "“language”"),
        ([script("facts"), output("b", {"x": "fact"}, after=["facts"])], "“facts”"),
        (
            [script("script", name="Read total"), output("b", {"x": "read_total.sum"}, after=["script"])],
            "The result of the step “Read total” is called “script”.",
        ),
        ([{"id": "a", "type": "api", "config": {}}], "an address or a connector"),
        ([output("b", {"x": "errors.fetsh"}), script("fetch")], "“fetch”"),
    ],
)
def test_hints_name_what_was_meant(steps, hint):
    assert hint in " ".join(problem.hint for problem in report({"steps": steps}).errors)


def test_everything_is_found_at_once():
    document = {
        "stepgraph": 2,
        "colour": "red",
        "settings": {"priority": 9},
        "inputs": {"type": "array"},
        "triggers": [
            {"id": "t", "type": "schedule", "cron": "every day"},
            {"id": "t", "type": "webhook", "start_at": "ghost"},
            {"id": "u", "type": "schedule", "cron": "0 2 * * *", "timezone": "Mars/Base"},
        ],
        "steps": [
            script("a", after=["b"]),
            script("b", after=["a"], timeout="long"),
            {"id": "c", "type": "nonsense"},
            {"id": "d", "type": "api", "config": {}},
            condition("e", "ghost and ("),
            output("f", {"x": "nothing"}),
            script("f"),
            script("g", config={"code": "return ("}),
            script("h", after=["e.maybe"]),
        ],
    }

    problems = report(document).errors

    assert {problem.code for problem in problems} == {
        "schema", "duplicate_id", "unknown_step", "cycle", "unknown_type", "config", "expression", "unknown_variable",
        "code_syntax", "unknown_port",
    }  # fmt: skip
    assert all(problem.message and problem.hint is not None for problem in problems)
    paths = {problem.path for problem in problems}
    assert {"stepgraph", "colour", "settings.priority", "inputs.type", "triggers[0].cron", "triggers[1].id",
            "triggers[1].start_at", "triggers[2].timezone", "steps[1].timeout"} <= paths  # fmt: skip


@pytest.mark.parametrize(
    "document", [None, 3, "x", [], {"steps": None}, {"steps": {"a": 1}}, {"steps": [None, 1, "x", []]}]
)
def test_junk_is_judged_and_not_stumbled_over(document):
    assert not report(document).is_valid


@pytest.mark.parametrize(
    "key", ["id", "type", "after", "parent", "output", "retry", "on_error", "config", "cache", "name"]
)
@pytest.mark.parametrize("value", [None, 3, "x", "", [], [None], {}, {"x": [1]}, True])
def test_any_value_anywhere_in_a_step_is_judged(key, value):
    result = report({"steps": [script("b"), {**script("a"), key: value}]})

    assert result.as_json()["is_valid"] is not None


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples_are_valid(path):
    assert report(yaml.load(path.read_text())).errors == ()


def test_everything_that_is_wrong_is_said_at_once_with_place_and_cure():
    steps = [
        {"id": "fetch", "type": "api", "config": {"url": "https://x/{{ region }}", "method": "POST"}, "retry": 3},
        script("a", after=["b"], config={"code": "x ="}),
        script("b", after=["a"], config={"language": "javascript", "code": "let x = ;"}),
        script("sh", config={"language": "bash", "code": "if [ x ]; then"}),
        condition("c", "fetch.id >", after=["fetch"]),
        script("d", type="scrpt", after=["c.ture"]),
        loop("d", config={"while": "true"}),
        output("e", {"x": "nobody", "y": "c"}, after=["ghost"]),
    ]
    triggers = [
        {"id": "t", "type": "schedule", "cron": "61 * * * *"},
        {"id": "t", "type": "webhook", "start_at": "zzz"},
    ]

    found = report({"settings": {"when_bsuy": "queue"}, "steps": steps, "triggers": triggers})

    errors, warnings = ({problem.code for problem in some} for some in (found.errors, found.warnings))
    assert errors >= {"schema", "unknown_type", "duplicate_id", "unknown_step", "unknown_port", "cycle"}
    assert errors >= {"unknown_variable", "later", "code_syntax", "expression"}
    assert warnings >= {"code_syntax", "retry_not_idempotent", "empty_branch", "no_limit"}
    assert all(p.path and p.code and p.message and p.hint for p in (*found.errors, *found.warnings))
    assert all(p.step for p in (*found.errors, *found.warnings) if p.path.startswith("steps["))


@pytest.mark.parametrize(
    ("option", "path", "hint"),
    [
        ({"retry": {"retires": 1}}, "retry.retires", "Did you mean “retries”?"),
        ({"cache": {"key": "a", "ttll": 1}}, "cache.ttll", "Did you mean “ttl”?"),
        ({"circuit_breaker": {"treshold": 3}}, "circuit_breaker.treshold", "Did you mean “threshold”?"),
        ({"on_error": {"fallback": 1, "zzz": 2}}, "on_error.zzz", "Remove it."),
    ],
)
def test_an_unknown_key_of_an_option_is_named_with_what_was_meant(option, path, hint):
    [problem] = report({"steps": [script("a", **option)]}).errors

    assert (problem.path, problem.hint) == (f"steps[0].{path}", hint)
