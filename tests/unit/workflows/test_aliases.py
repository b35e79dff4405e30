from __future__ import annotations

import pytest

from backend.workflows.format import Definition
from backend.workflows.format.aliases import normalise
from backend.workflows.format.canonical import canonical, checksum


def step_of(**step):
    """The only step of a document, in the one spelling."""
    return canonical(Definition.model_validate(normalise({"steps": [{"id": "a", "type": "script", **step}]})))["steps"][
        0
    ]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"error_config": {"action": "continue"}}, {"on_error": "continue"}),
        ({"errorConfig": {"action": "Continue"}}, {"on_error": "continue"}),
        ({"errorConfig": "CONTINUE"}, {"on_error": "continue"}),
        ({"onError": "Continue"}, {"on_error": "continue"}),
        ({"error_config": {"action": "fail"}}, {}),
        ({"error_config": {"action": "FALLBACK", "value": {"a": 1}}}, {"on_error": {"fallback": {"a": 1}}}),
        ({"on_error": {"action": "fallback", "value": 3}}, {"on_error": {"fallback": 3}}),
        (
            {"config": {"errorConfig": {"action": "continue"}, "retries": 3}},
            {"on_error": "continue", "retry": {"retries": 3}},
        ),
        ({"retries": 3}, {"retry": {"retries": 3}}),
        ({"retry": 2}, {"retry": {"retries": 2}}),
        ({"retry": {"max_attempts": 3}}, {"retry": {"retries": 2}}),
        ({"retry": {"maxAttempts": 1, "maxDelay": 5}}, {"retry": {"max_delay": 5}}),
        ({"retries": 2, "retry": {"backoff": "fixed"}}, {"retry": {"retries": 2, "backoff": "fixed"}}),
        (
            {"error_config": {"strategy": "default", "max_retries": 5, "base_delay": 2.0, "max_delay": 60.0}},
            {"retry": {"retries": 5, "delay": 2, "max_delay": 60}},
        ),
        ({"retry_on": ["timeout"], "retries": 1}, {"retry": {"retries": 1, "on": ["timeout"]}}),
        ({"circuitBreaker": {"halfOpen": 2}}, {"circuit_breaker": {"half_open": 2}}),
        ({"after": "b"}, {"after": ["b"]}),
        ({"onInterrupt": "ask"}, {"on_interrupt": "ask"}),
    ],
)
def test_every_spelling_becomes_one(given, wanted):
    """C-03: whatever the spelling, the same step; what is stored and exported is made of it."""
    found = step_of(**given)

    assert found == {"id": "a", "type": "script", **wanted}


def test_settings_of_types_are_spelled_by_their_own_schema():
    document = {
        "steps": [
            {
                "id": "each",
                "type": "loop",
                "maxIterations": 5,
                "config": {"items": "{{ rows }}", "onItemError": "collect"},
            },
            {"id": "out", "type": "output", "after": ["each"], "config": {"values": {"customerId": "each"}}},
        ],
        "settings": {"onFailure": "finish", "maxConcurrentJobs": 2},
    }

    found = normalise(document)

    assert found["steps"][0]["config"] == {"items": "{{ rows }}", "on_item_error": "collect", "max_iterations": 5}
    assert found["steps"][1]["config"] == {"values": {"customerId": "each"}}  # names of people stay
    assert found["settings"] == {"on_failure": "finish", "max_concurrent_jobs": 2}


def test_nested_steps_become_references():
    document = {
        "steps": [
            {
                "id": "check",
                "type": "condition",
                "config": {"expression": "input.ok"},
                "branches": {
                    "true": [{"id": "process", "type": "transform"}],
                    "false": [{"id": "cached", "type": "transform"}, {"id": "tell", "type": "script"}],
                },
            },
            {
                "id": "each",
                "type": "loop",
                "after": ["check"],
                "steps": [
                    {"id": "one", "type": "script"},
                    {"id": "two", "type": "condition", "trueBranch": [{"id": "three", "type": "script"}]},
                ],
            },
        ]
    }

    steps = {step["id"]: step for step in normalise(document)["steps"]}

    assert list(steps) == ["check", "process", "cached", "tell", "each", "one", "two", "three"]
    assert "branches" not in steps["check"]
    assert steps["process"]["after"] == ["check.true"]
    assert steps["cached"]["after"] == ["check.false"]
    assert steps["tell"]["after"] == ["cached"]
    assert "parent" not in steps["tell"]
    assert steps["one"] == {"id": "one", "type": "script", "parent": "each"}
    assert steps["two"]["after"] == ["one"]
    assert steps["three"] == {"id": "three", "type": "script", "parent": "each", "after": ["two.true"]}


def test_nested_steps_that_say_what_they_wait_for_are_left_to_it():
    body = [{"id": "x", "type": "script"}, {"id": "y", "type": "script"}, {"id": "z", "type": "script", "after": ["x"]}]

    steps = normalise({"steps": [{"id": "each", "type": "loop", "steps": body}]})["steps"]

    assert [step.get("after") for step in steps[1:]] == [None, None, ["x"]]


def test_normalising_twice_changes_nothing_more():
    document = {
        "steps": [
            {
                "id": "a",
                "type": "loop",
                "errorConfig": "continue",
                "retries": 1,
                "steps": [{"id": "b", "type": "script"}],
            }
        ]
    }
    once = normalise(document)

    assert normalise(once) == once
    assert document["steps"][0]["errorConfig"] == "continue"  # the original is untouched


@pytest.mark.parametrize("config", [{}, {"config": None}])
def test_a_limit_beside_no_config_makes_one(config):
    found = normalise({"steps": [{"id": "a", "type": "loop", "maxIterations": 5, **config}]})

    assert found["steps"][0]["config"] == {"max_iterations": 5}


@pytest.mark.parametrize(
    "junk", [None, 3, "x", [], {"steps": 3}, {"steps": [None, 3, {"config": 3}]}, {"steps": {"a": 1}}]
)
def test_junk_is_left_for_validation(junk):
    assert normalise(junk) == junk


def test_what_is_not_understood_stays_to_be_named():
    assert normalise({"steps": [{"id": "a", "error_config": {"action": "explode"}}]})["steps"][0]["error_config"] == {
        "action": "explode"
    }


def test_canonical_orders_keys_and_drops_defaults():
    document = {
        "ui": {"positions": {"a": [1, 2]}},
        "steps": [
            {
                "config": {"timeout": 5, "network": True, "code": "return 1", "language": "python"},
                "join": "any",
                "enabled": True,
                "type": "script",
                "retry": {"retries": 0},
                "name": "A",
                "id": "a",
                "timeout": 10.0,
                "pinned_output": None,
            }
        ],
        "settings": {"priority": 2, "timeout": None},
        "name": "N",
    }

    found = canonical(Definition.model_validate(document))

    assert list(found) == ["stepgraph", "name", "settings", "steps", "ui"]
    assert found["settings"] == {"timeout": None}
    assert list(found["steps"][0]) == ["id", "name", "type", "timeout", "pinned_output", "config"]
    assert list(found["steps"][0]["config"])[:2] == ["language", "code"]
    assert isinstance(found["steps"][0]["timeout"], int)


def test_canonical_is_stable_and_its_checksum_ignores_order_and_editor():
    document = {"steps": [{"id": "a", "type": "script", "config": {"code": "x", "language": "python"}}], "name": "N"}
    once = canonical(Definition.model_validate(document))
    moved = {"ui": {"positions": {"a": [9, 9]}}, **dict(reversed(once.items()))}

    assert canonical(Definition.model_validate(once)) == once
    assert checksum(moved) == checksum(once)
    assert checksum({**once, "name": "M"}) != checksum(once)
