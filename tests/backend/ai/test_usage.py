"""Usage, prices and budgets: written down call by call, summed, and kept to."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import Organization
from backend.ai.models import AiBudget
from backend.ai.prices import Price, cost_of
from backend.ai.selectors import usage_of_job
from backend.ai.services import Place, budget_verdict, usage_record
from backend.catalog.ai import Usage
from backend.notices.models import Notice
from backend.workflows.models import Workflow


@pytest.fixture
def client(api_key_client: Callable[..., APIClient]) -> APIClient:
    return api_key_client("edit")


@pytest.fixture
def flow(acme: Organization) -> Workflow:
    return Workflow.objects.create(organization=acme, slug="flow", name="Flow", definition={})


def record(flow: Workflow, **more: Any) -> None:
    job = more.pop("job", uuid4())
    values = {"provider": "openai", "model": "gpt-4o-mini", "prompt_tokens": 1000, "completion_tokens": 500} | more
    usage_record(Place(flow.organization_id, flow.pk, job, "rows[0].ask", 1), Usage(latency=0.5, **values))


def test_calls_are_listed_and_summed(client: APIClient, flow: Workflow) -> None:
    job = uuid4()
    record(flow, job=job)
    record(flow, job=job, provider="gemini", model="gemini-2.5-flash", prompt_tokens=10, completion_tokens=20)
    record(flow, provider="openai_compatible", model="mystery")

    found = client.get("/api/ai-usage/?group_by=provider").json()
    of_job = client.get(f"/api/ai-usage/?job={job}").json()

    assert found["totals"] == {
        "calls": 3,
        "prompt_tokens": 2010,
        "completion_tokens": 1020,
        "total_tokens": 3030,
        "cost": pytest.approx(0.000503),
        "unpriced_calls": 1,
    }
    assert {row["provider"]: row["total_tokens"] for row in found["groups"]} == {
        "openai": 1500,
        "gemini": 30,
        "openai_compatible": 1500,
    }
    assert (of_job["count"], of_job["totals"]["calls"]) == (2, 2)
    assert (found["results"][0]["step"], found["results"][0]["path"]) == ("ask", "rows[0].ask")


@pytest.mark.parametrize("by", ["day", "day_model", "day_provider", "workflow", "model", "job", "step"])
def test_every_grouping_sums_up_to_the_total(client: APIClient, flow: Workflow, by: str) -> None:
    record(flow)
    record(flow, model="gpt-4o")

    found = client.get(f"/api/ai-usage/?group_by={by}&workflow=flow").json()

    assert sum(row["calls"] for row in found["groups"]) == found["totals"]["calls"] == 2


def test_days_are_told_apart_by_model_for_a_chart(client: APIClient, flow: Workflow) -> None:
    for model in ("gpt-4o", "gpt-4o-mini", "gpt-4o"):
        record(flow, model=model)

    groups = client.get("/api/ai-usage/?group_by=day_model").json()["groups"]

    assert [(row["model"], row["calls"]) for row in groups] == [("gpt-4o", 2), ("gpt-4o-mini", 1)]
    assert len({(row["day"], row["provider"]) for row in groups}) == 1


def test_the_dearest_group_comes_first_and_unpriced_ones_last(client: APIClient, flow: Workflow) -> None:
    for model in ("gpt-4o-mini", "mystery", "gpt-4o"):
        record(flow, model=model)

    groups = client.get("/api/ai-usage/?group_by=model").json()["groups"]

    assert [row["model"] for row in groups] == ["gpt-4o", "gpt-4o-mini", "mystery"]


def test_own_prices_come_first(client: APIClient, flow: Workflow) -> None:
    client.post("/api/ai-prices/", {"model": "gpt-*", "prompt_price": "1", "completion_price": "1"})
    made = client.post(
        "/api/ai-prices/",
        {"provider": "openai", "model": "gpt-4o-mini", "prompt_price": "10", "completion_price": "20"},
    )
    record(flow)
    record(flow, model="gpt-9")
    assert client.delete(f"/api/ai-prices/{made.json()['id']}/").status_code == 204

    costs = [row["cost"] for row in client.get("/api/ai-usage/").json()["results"]]
    assert costs == [pytest.approx(0.0015), pytest.approx(0.02)]
    assert client.get("/api/ai-prices/").json()["count"] == 1


@pytest.mark.parametrize("turned", [False, True])
def test_a_price_of_the_provider_comes_before_one_of_any(turned: bool) -> None:
    own = [Price("", "m", Decimal(1), Decimal(1)), Price("openai", "m", Decimal(5), Decimal(5))]

    cost = cost_of("openai", "m", prompt_tokens=1_000_000, completion_tokens=0, own=own[::-1] if turned else own)

    assert cost == 5


def test_what_runs_here_costs_nothing(client: APIClient, flow: Workflow) -> None:
    record(flow, provider="ollama", model="llama3.2")

    assert client.get("/api/ai-usage/").json()["totals"]["cost"] == 0


def verdict(flow: Workflow) -> str:
    return budget_verdict(flow.organization_id, flow.pk).decision


def test_the_strictest_budget_counts(client: APIClient, flow: Workflow) -> None:
    client.post("/api/ai-budgets/", {"max_tokens": 100, "policy": "downgrade"})
    assert verdict(flow) == "go"

    record(flow)
    assert verdict(flow) == "downgrade"

    client.post("/api/ai-budgets/", {"workflow": "flow", "period": "day", "max_cost": "0.0001", "policy": "block"})
    found = budget_verdict(flow.organization_id, flow.pk)
    assert found.decision == "block"
    assert found.message == "The AI budget of this workflow (day) is used up: 0.00 of 0.00 US dollars."
    other = Workflow.objects.create(organization=flow.organization, slug="other", name="Other", definition={})
    assert verdict(other) == "downgrade"
    assert [row["used"]["tokens"] for row in client.get("/api/ai-budgets/").json()["results"]] == [1500, 1500]


def test_a_budget_of_an_earlier_period_is_over(client: APIClient, flow: Workflow) -> None:
    from backend.ai.models import AiUsage

    client.post("/api/ai-budgets/", {"max_tokens": 100, "period": "month"})
    record(flow)
    AiUsage.objects.update(day="2020-01-31")

    assert verdict(flow) == "go"


def test_people_are_told_once(client: APIClient, flow: Workflow, settings: Any) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:9"  # nothing is sent here: the message is a row
    client.post("/api/ai-budgets/", {"max_tokens": 100, "policy": "notify"})
    record(flow)

    assert [verdict(flow), verdict(flow)] == ["go", "go"]
    told = Notice.objects.get()
    assert told.subject == "The AI budget of the organisation (month) is used up: 1,500 of 100 tokens."
    assert told.to == ["alice@example.com"]

    budget = AiBudget.objects.get()
    client.patch(f"/api/ai-budgets/{budget.pk}/", {"max_tokens": 1200})
    verdict(flow)
    assert Notice.objects.count() == 2


def test_a_budget_needs_a_limit(client: APIClient) -> None:
    assert client.post("/api/ai-budgets/", {"policy": "block"}).status_code == 400
    made = client.post("/api/ai-budgets/", {"max_tokens": 5}).json()
    assert client.patch(f"/api/ai-budgets/{made['id']}/", {"max_tokens": None}).status_code == 409
    assert client.delete(f"/api/ai-budgets/{made['id']}/").status_code == 204


def test_usage_of_a_job_adds_up_its_models(flow: Workflow, django_assert_num_queries: Any) -> None:
    """In one statement: a call that ends between two would be in one answer and not in the other."""
    job = uuid4()
    record(flow, job=job)
    record(flow, job=job, provider="openai_compatible", model="mystery", prompt_tokens=10, completion_tokens=20)

    with django_assert_num_queries(1):
        found = usage_of_job(job)

    assert found == {
        "rows[0].ask": {
            "calls": 2,
            "prompt_tokens": 1010,
            "completion_tokens": 520,
            "total_tokens": 1530,
            "cost": pytest.approx(0.00045),
            "unpriced_calls": 1,
            "models": [
                {"provider": "openai", "model": "gpt-4o-mini"},
                {"provider": "openai_compatible", "model": "mystery"},
            ],
        }
    }
