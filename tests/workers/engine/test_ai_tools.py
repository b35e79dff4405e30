"""A model's tools as jobs of their own: each call once, whatever happens to the workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from backend.ai.models import AiUsage
from backend.approvals.models import Approval
from backend.approvals.services.deciding import Answer as Said
from backend.approvals.services.deciding import Person, decide
from backend.jobs import selectors, serializers, store
from backend.jobs.models import Job, TriggeredBy
from tests.fakes.ai import AiServer, Asked, Reply, ai_server
from tests.workers.engine.conftest import finish, lose, output, runs

pytestmark = pytest.mark.django_db(transaction=True)

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


@pytest.fixture
def ai(connect: Callable[..., None]) -> Iterator[AiServer]:
    with ai_server() as running:
        connect("openai", "openai", **running.config("openai"))
        yield running


@pytest.fixture
def weather(publish: Callable[..., object]) -> None:
    publish("weather", output({"degrees": "len(city)"}), inputs=CITY, description="Tells the weather.")


def asks(*tools: object, **options: object) -> dict:
    config = {"connector": "openai", "prompt": "Is it warm?", "tools": list(tools), **options.pop("config", {})}
    return {"id": "ask", "type": "ai", "config": config, **options}


def calls(*cities: str) -> Reply:
    return Reply(tool_calls=[("weather", {"city": city}) for city in cities])


def tool_jobs() -> list[dict]:
    return [job.input for job in Job.objects.filter(triggered_by=TriggeredBy.SUBFLOW).order_by("id")]


@pytest.mark.usefixtures("weather")
def test_each_call_is_a_job_and_one_attempt_holds_them_all(start, worker, ai: AiServer) -> None:
    ai.replies = [calls("Cluj", "Iasi!"), calls("Brașov"), Reply("Warm.")]
    job = finish(worker, start(asks("weather"), output({"said": "ask"}, after=["ask"])))

    assert (job.status, job.output) == ("SUCCESS", {"said": "Warm."})
    assert tool_jobs() == [{"city": "Cluj"}, {"city": "Iasi!"}, {"city": "Brașov"}]
    step = serializers.job_detail(selectors.job_get(job.organization, job.id))["steps"][0]
    assert [len(step["attempts"]), len(step["children"]), step["ai_usage"]["calls"]] == [1, 3, 3]
    assert '{"degrees": 4}' in ai.asked[1].body["messages"][2]["content"]
    assert "The model calls “weather”" in step["log"]
    assert "kept" not in (runs(job)["ask"].aside or {})


@pytest.mark.usefixtures("weather")
def test_calls_that_have_ended_are_not_repeated_when_the_worker_is_lost(
    start, worker, other_worker, ai: AiServer
) -> None:
    lost: list[bool] = []

    def answer(asked: Asked) -> Reply:
        results = [message for message in asked.body["messages"] if message["role"] == "tool"]
        if len(results) == 1 and not lost:
            lost.append(True)
            lose(worker)
        return [calls("Cluj"), calls("Brașov"), Reply("Warm.")][len(results)]

    ai.answer = answer
    job = start(asks("weather"))

    with pytest.raises(store.LeaseLost):
        finish(worker, job)
    finish(other_worker, job)

    job.refresh_from_db()
    assert job.status == "SUCCESS", job.error
    assert tool_jobs() == [{"city": "Cluj"}, {"city": "Brașov"}]
    assert [attempt["error"] and attempt["error"]["type"] for attempt in runs(job)["ask"].attempts] == [
        "interrupted",
        None,
    ]


@pytest.mark.usefixtures("weather")
def test_a_turn_that_fails_is_tried_again_without_its_calls(start, worker, ai: AiServer) -> None:
    ai.replies = [calls("Cluj"), Reply(status=503, error="overloaded"), Reply("Warm.")]
    job = finish(worker, start(asks("weather", retry={"retries": 1, "delay": 0.01})))

    assert job.status == "SUCCESS", job.error
    assert tool_jobs() == [{"city": "Cluj"}]
    assert len(runs(job)["ask"].attempts) == 2
    assert list(AiUsage.objects.order_by("id").values_list("purpose", "attempt")) == [("tools", 1), ("answer", 2)]


@pytest.mark.usefixtures("weather")
def test_a_call_that_people_must_allow_waits_without_a_worker(start, worker, ai: AiServer) -> None:
    ai.replies = [calls("Cluj"), Reply("Warm.")]
    job = finish(worker, start(asks({"workflow": "weather", "approval": True, "approvers": ["ana@example.com"]})))

    assert job.status == "WAITING"
    assert tool_jobs() == []
    approval = Approval.objects.get(job=job)
    assert '"city": "Cluj"' in approval.message
    decide(approval, Person("ana@example.com"), Said("approved"))
    finish(worker, job)

    assert job.status == "SUCCESS", job.error
    assert tool_jobs() == [{"city": "Cluj"}]


def test_a_long_conversation_is_kept_beside_the_row(start, worker, ai: AiServer, publish) -> None:
    publish("weather", output({"text": "'x' * 60000"}), inputs=CITY)
    ai.replies = [calls("Cluj"), calls("Iasi"), Reply("Long.")]
    job = finish(worker, start(asks("weather")))

    assert job.status == "SUCCESS", job.error
    assert "x" * 60_000 in ai.asked[2].text


def test_a_tool_that_is_not_published_is_named(start, worker, ai: AiServer) -> None:
    job = finish(worker, start(asks("nothing")))

    assert (job.status, job.error["type"]) == ("FAILED", "validation")
    assert "nothing" in job.error["message"]
    assert ai.asked == []


@pytest.mark.usefixtures("weather")
def test_the_steps_time_goes_on_while_a_tool_works(start, worker, ai: AiServer) -> None:
    ai.replies = [calls("Cluj"), Reply("late", delay=2)]
    job = finish(worker, start(asks("weather", timeout=1)))

    assert (job.status, job.error["type"]) == ("FAILED", "timeout")
