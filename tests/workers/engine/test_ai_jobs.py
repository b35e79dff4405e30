"""Jobs that ask language models: documents routed between providers, every attempt accounted for, budgets kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from backend.accounts.models import Organization
from backend.ai import selectors
from backend.ai.models import AiBudget, AiUsage
from backend.jobs.models import Job
from backend.jobs.serializers import job_detail
from tests.fakes.ai import AiServer, Reply, ai_server
from tests.http_server import Answer, Server
from tests.workers.engine.conftest import output, runs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ai(connect: Callable[..., None]) -> Iterator[AiServer]:
    with ai_server() as running:
        for provider in ("openai", "gemini", "ollama"):
            connect(provider, provider, **running.config(provider))
        yield running


KIND = {"type": "object", "properties": {"type": {"type": "string"}}, "required": ["type"]}


def ask(id_: str, connector: str, *, prompt: str, **options: object) -> dict:
    config = {"connector": connector, "prompt": prompt, **options.pop("config", {})}
    return {"id": id_, "type": "ai", "config": config, **options}


def routing() -> list[dict]:
    cases = [{"name": name, "equals": name} for name in ("invoice", "contract")]
    return [
        ask("classify", "gemini", prompt="Classify: {{ title }}", config={"json_schema": KIND}),
        {"id": "route", "type": "condition", "after": ["classify"],
         "config": {"switch": "classify.type", "cases": cases}},
        ask("lines", "openai", prompt="Lines of: {{ text }}", after=["route.invoice"],
            config={"json_schema": {"type": "object", "properties": {"lines": {"type": "array"}}}}),
        ask("summary", "ollama", prompt="Summarise: {{ text }}", after=["route.contract"]),
        output({"lines": "lines", "summary": "summary", "kind": "classify.type"},
               after=["lines", "summary", "route.else"]),
    ]  # fmt: skip


def test_documents_go_to_the_model_that_may_see_them(run: Callable[..., Job], ai: AiServer) -> None:
    """C-33: a contract is seen by the local model alone."""
    ai.replies = [Reply('{"type": "contract"}'), Reply("A lease.")]

    job = run(*routing(), input={"title": "Contract 7", "text": "CONFIDENTIAL lease of a house"})

    assert job.output == {"lines": None, "summary": "A lease.", "kind": "contract"}
    assert [asked.provider for asked in ai.asked] == ["gemini", "ollama"]
    assert "CONFIDENTIAL" not in ai.asked[0].text
    assert ai.asked[0].body["generationConfig"]["responseMimeType"] == "application/json"


def test_every_call_is_accounted_for(run: Callable[..., Job], ai: AiServer, acme: Organization) -> None:
    """C-35: by step, job and organisation."""
    ai.replies = [Reply('{"type": "invoice"}', prompt_tokens=30, completion_tokens=5), Reply('{"lines": [1]}')]

    job = run(*routing(), input={"title": "Invoice 7", "text": "3 screws"})

    assert job.output["lines"] == {"lines": [1]}
    steps = {step["id"]: step["ai_usage"] for step in job_detail(job)["steps"]}
    assert steps["classify"]["total_tokens"] == 35
    assert steps["lines"]["models"] == [{"provider": "openai", "model": "gpt-4o-mini"}]
    assert steps["route"] is None
    assert selectors.totals(selectors.usage(acme, {}))["total_tokens"] == 35 + 18


def test_an_attempt_that_fails_after_it_was_counted_is_counted(run: Callable[..., Job], ai: AiServer) -> None:
    """C-35: each attempt that returned usage."""
    ai.replies = [Reply("no json"), Reply("no json"), Reply(status=429, error="slow", headers={"Retry-After": "0"}),
                  Reply('{"type": "x"}')]  # fmt: skip
    retry = {"retries": 2, "delay": 0.01, "on": ["schema", "rate_limit"]}

    job = run(ask("classify", "openai", prompt="?", config={"json_schema": KIND}, retry=retry))

    assert job.status == "SUCCESS", job.error
    assert [(row.attempt, row.purpose) for row in AiUsage.objects.order_by("id")] == [
        (1, "answer"),
        (1, "repair"),
        (3, "answer"),
    ]
    assert [attempt["error"] and attempt["error"]["type"] for attempt in runs(job)["classify"].attempts] == [
        "schema",
        "rate_limit",
        None,
    ]


@pytest.mark.parametrize(("policy", "status", "providers"), [
    ("block", "FAILED", ["openai"]),
    ("downgrade", "SUCCESS", ["openai", "ollama"]),
    ("notify", "SUCCESS", ["openai", "openai"]),
])  # fmt: skip
def test_budgets_are_kept(
    run: Callable[..., Job], ai: AiServer, acme: Organization, policy: str, status: str, providers: list[str]
) -> None:
    """C-35: block, downgrade, notify."""
    AiBudget.objects.create(organization=acme, max_tokens=100, policy=policy)
    ai.replies = [Reply("ok", prompt_tokens=90, completion_tokens=10)]
    cheaper = {"fallbacks": [{"connector": "ollama", "model": "tiny"}]}

    job = run(
        ask("first", "openai", prompt="1", config=cheaper),
        ask("second", "openai", prompt="2", after=["first"], config=cheaper),
    )

    assert job.status == status
    assert [asked.provider for asked in ai.asked] == providers
    if status == "FAILED":
        assert job.error["type"] == "budget"


def test_the_key_of_a_provider_is_never_stored(run: Callable[..., Job], ai: AiServer) -> None:
    ai.replies = [Reply("Your key is sk-test-key-0123456789, I believe.")]

    job = run(ask("ask", "openai", prompt="?"), output({"said": "ask"}, after=["ask"]))

    assert job.output == {"said": "Your key is ***, I believe."}


BREAKER = {"threshold": 2, "timeout": 60, "half_open": 1}


@pytest.mark.parametrize("chosen", ["named", "fallback"])
def test_the_circuit_of_a_models_connector_opens(
    run: Callable[..., Job], ai: AiServer, acme: Organization, connect: Callable[..., None], chosen: str
) -> None:
    connect("frail", "openai", **ai.config("openai"), circuit_breaker=BREAKER)
    ai.replies = [Reply(status=503, error="overloaded")]
    step = ask("ask", "frail", prompt="?")
    if chosen == "fallback":
        AiBudget.objects.create(organization=acme, max_tokens=0, policy="downgrade")
        step = ask("ask", "ollama", prompt="?", config={"fallbacks": [{"connector": "frail"}]})

    jobs = [run(step) for _ in range(3)]

    assert [job.error["type"] for job in jobs] == ["http_503", "http_503", "circuit_open"]
    assert len(ai.asked) == 2


def test_the_circuit_of_one_of_several_channels_opens(
    run: Callable[..., Job], connect: Callable[..., None], server: Server
) -> None:
    server.answers["/hook"] = Answer(503)
    connect("frail", "webhook", url=f"{server.url}/hook", circuit_breaker=BREAKER)
    step = {"id": "tell", "type": "notification", "config": {"channels": [{"connector": "frail"}], "body": "Hi"}}

    jobs = [run(step) for _ in range(3)]

    assert "circuit" in jobs[2].error["message"]
    assert len(server.seen) == 2
