"""Tools of the `ai` step in the wire formats of all providers; the servers refuse what the real ones refuse."""

from __future__ import annotations

from typing import Any

import pytest

from backend.catalog.connectors import ConnectorType, Outside
from backend.catalog.steps import Again, Answer, Published, Result, StartChild, StepFailed, Wait
from tests.fakes.ai import PROVIDERS, AiServer, Reply
from tests.workers.steps.fakes import FakeContext
from workers.steps.ai import Ai, AiConfig

INPUTS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
SCHEMA = {"type": "object", "properties": {"warm": {"type": "boolean"}}, "required": ["warm"]}
TOOLS = ["weather", {"workflow": "refund", "approval": True, "approvers": "ana@example.com", "expires_in": 60}]


class Talk:
    """One step in conversation: runs it, and goes on with what arrives for it, as the engine does."""

    def __init__(self, ai: AiServer, provider: str = "openai", **config: Any) -> None:
        published = {
            "weather": Published("weather", 3, "Weather", "Tells the weather of a city.", INPUTS),
            "refund": Published("refund", 1, "Refund", "", {}),
        }
        connectors = {provider: (provider, ai.config(provider))}
        self.context = FakeContext(connectors=connectors, published=published)
        self.config = AiConfig(connector=provider, **{"prompt": "Is it warm?", "tools": TOOLS, **config})

    def run(self) -> Answer:
        return Ai().run(self.config, self.context)

    def hear(self, delivery: Any) -> Answer:
        answer = Ai().resumed(self.config, self.context, delivery)
        if isinstance(answer, Again):
            assert not answer.fresh
            return self.run()
        return answer


def ended(output: Any = None, *, status: str = "SUCCESS", error: Any = None) -> dict[str, Any]:
    return {"job": "j", "status": status, "output": output, "error": error}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_calls_of_a_turn_and_their_results_travel_as_the_provider_wants_them(
    ai: AiServer, provider: str, *, stream: bool
) -> None:
    both = [("weather", {"city": "Cluj"}), ("weather", {"city": "Iași"})]
    ai.replies = [Reply("Let me look.", tool_calls=both), Reply('{"warm": true}')]
    talk = Talk(ai, provider, stream=stream, json_schema=SCHEMA, system="Be kind.")

    assert talk.run() == StartChild("weather", {"city": "Cluj"}, version=3)
    assert talk.hear(ended({"degrees": 31})) == StartChild("weather", {"city": "Iași"}, version=3)
    assert talk.hear(ended({"degrees": 29})) == Result({"warm": True})

    first, second = ai.asked
    assert "Tells the weather of a city." in first.text
    assert "degrees" in second.text
    assert "31" in second.text
    assert "29" in second.text
    assert [usage.purpose for usage in talk.context.usage] == ["tools", "answer"]
    assert talk.context.kept is None


def test_a_call_that_people_must_allow_waits_for_them(ai: AiServer) -> None:
    ai.replies = [Reply(tool_calls=[("refund", {"sum": 9})]), Reply("Done.")]
    talk = Talk(ai)

    asked = talk.run()
    assert isinstance(asked, Wait)
    assert (asked.signal, asked.after, asked.data["approvers"]) == ("approval", 60, ["ana@example.com"])
    assert '"sum": 9' in asked.data["message"]

    assert talk.hear({"decision": "approved", "approver": "ana@example.com"}) == StartChild("refund", {"sum": 9}, 1)
    assert talk.hear(ended("paid")) == Result("Done.")


@pytest.mark.parametrize(
    ("delivery", "told"),
    [({"decision": "rejected", "comment": "Too much."}, "A person refused this call. Too much."), (None, "in time")],
    ids=["refused", "expired"],
)
def test_the_model_is_told_that_people_did_not_allow_a_call(ai: AiServer, delivery: Any, told: str) -> None:
    ai.replies = [Reply(tool_calls=[("refund", {}), ("weather", {"city": "Cluj"})]), Reply("As you wish.")]
    talk = Talk(ai)

    talk.run()
    assert talk.hear(delivery) == StartChild("weather", {"city": "Cluj"}, version=3)
    assert talk.hear(ended("cold")) == Result("As you wish.")
    assert told in ai.asked[1].text


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (("delete_all", {}), "there is no tool"),
        (("weather", {"town": "Cluj"}), "'city' is a required property"),
        (("weather", "{not json"), "not JSON"),
        (("weather", "[1]"), "not an object"),
    ],
    ids=["unknown", "misfit", "broken", "list"],
)
def test_a_call_that_cannot_be_made_is_told_to_the_model_and_starts_nothing(
    ai: AiServer, call: tuple[str, Any], told: str
) -> None:
    ai.replies = [Reply(tool_calls=[call]), Reply("Sorry.")]

    assert Talk(ai).run() == Result("Sorry.")
    assert told in ai.asked[1].text


def test_a_tool_that_fails_is_told_to_the_model(ai: AiServer) -> None:
    ai.replies = [Reply(tool_calls=[("weather", {"city": "Cluj"})]), Reply("I could not look.")]
    talk = Talk(ai)
    talk.run()

    assert talk.hear(ended(status="FAILED", error={"message": "no station"})) == Result("I could not look.")
    assert "no station" in ai.asked[1].text


def test_a_model_that_never_answers_is_stopped(ai: AiServer) -> None:
    ai.replies = [Reply(tool_calls=[("weather", {"city": "Cluj"})])]
    talk = Talk(ai, max_turns=3)
    talk.run()
    talk.hear(ended("cold"))

    with pytest.raises(StepFailed) as caught:
        talk.hear(ended("cold"))

    assert (caught.value.error_type, caught.value.retryable) == ("limit", False)
    assert "3 turns" in caught.value.message
    assert len(ai.asked) == 3


def test_two_tools_of_one_name_are_found_before_it_runs() -> None:
    problems = Ai.check(AiConfig(connector="x", prompt="x", tools=["weather", "weather"]))

    assert [(problem.path, problem.message) for problem in problems] == [
        ("tools[1]", "Two tools are called “weather”.")
    ]


def test_the_rules_provider_calls_tools_without_a_model() -> None:
    rules = {"answers": [{"contains": ["weather in"], "call": "weather"}], "labels": {"city": ["weather in"]}}
    context = FakeContext(
        connectors={"rules": ("rules", rules)}, published={"weather": Published("weather", 1, "W", "", INPUTS)}
    )
    config = AiConfig(connector="rules", prompt="Tell me the weather in: Cluj", tools=["weather"])

    assert (
        ConnectorType.registry.get("rules")(  # it is ready without anything
            ConnectorType.registry.get("rules").Config(), outside=Outside()
        )
        .test()
        .ok
    )
    assert Ai().run(config, context) == StartChild("weather", {"city": "Cluj"}, version=1)
    assert Ai().resumed(config, context, ended("31 degrees in Cluj.")) == Again(fresh=False)
    assert Ai().run(config, context) == Result("31 degrees in Cluj.")
