"""The example of the README's first page, end to end: documents in by webhook, route and total out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="session")
def workflow(api) -> dict[str, Any]:
    """The example, imported and published."""
    document = (EXAMPLES / "document-intake.yaml").read_bytes()
    created = api.post("/api/workflows/import/", content=document, headers={"Content-Type": "application/yaml"})
    assert created.status_code == 201, created.text
    published = api.post(f"/api/workflows/{created.json()['slug']}/publish/", json={})
    assert published.is_success, published.text
    return created.json()


@pytest.fixture(scope="session")
def hook(api, workflow) -> str:
    """The address of the webhook that the document brought along."""
    listed = api.get("/api/webhooks/", params={"workflow": workflow["slug"]})
    assert listed.status_code == 200, listed.text
    (webhook,) = [found for found in listed.json()["results"] if found["trigger_id"] == "intake"]
    return str(httpx.URL(str(api.base_url)).join(httpx.URL(webhook["url"]).path))  # wherever the stack listens


def send(hook: str, name: str) -> dict[str, Any]:
    content = (EXAMPLES / "data" / name).read_bytes()
    answer = httpx.post(hook, content=content, headers={"Content-Type": "text/plain"}, timeout=90)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    return answer.json()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "invoice.txt",
            {
                "route": "invoice",
                "sender": "NORTHWIND INDUSTRIAL SUPPLY, INC.",
                "date": "2026-03-14",
                "currency": "USD",
                "total": 7166.69,
            },
        ),
        (
            "invoice-eu.txt",
            {
                "route": "invoice",
                "sender": "Feinmechanik Brandt GmbH",
                "date": "2026-06-02",
                "currency": "EUR",
                "total": 21396.68,
            },
        ),
        (
            "contract.txt",
            {
                "route": "contract",
                "sender": "Meridian Data Services Ltd",
                "date": "2025-09-01",
                "currency": "GBP",
                "total": 304200,
            },
        ),
        (
            "report.txt",
            {
                "route": "report",
                "sender": "Operations Analysis, Alpenblick Hotels AG",
                "date": "2026-01-19",
                "currency": "CHF",
                "total": None,
            },
        ),
        (
            "letter.txt",
            {
                "route": "unsure",
                "sender": "Marta Kowalczyk",
                "date": "2026-05-08",
                "currency": None,
                "total": None,
            },
        ),
    ],
)
def test_route_and_total(hook, name, expected):
    answer = send(hook, name)

    assert {key: answer[key] for key in expected} == expected
    assert answer["summary"].startswith(f"<article><h2>{expected['route']}: ")


def test_line_items_are_gathered_by_the_loop(hook):
    details = send(hook, "invoice.txt")["details"]

    assert [line["total"] for line in details["lines"]] == [2274.0, 2652.0, 910.0, 372.5, 412.0]
    assert (details["net"], details["tax"], details["due"], details["agrees"]) == (6620.5, 546.19, "2026-04-13", True)


def test_decimal_comma_and_stated_total(hook):
    details = send(hook, "invoice-eu.txt")["details"]

    assert [line["total"] for line in details["lines"]] == [7499.4, 8625.0, 522.0, 1334.0]
    assert (details["stated_total"], details["agrees"]) == (21396.68, True)


def test_terms_of_the_contract(hook):
    details = send(hook, "contract.txt")["details"]

    assert details["parties"] == ["Meridian Data Services Ltd", "Halden Shipping AS"]
    assert (details["term_months"], details["ends"]) == (36, "2028-09-30")
    assert (details["notice_days"], details["notice_deadline"]) == (90, "2028-07-02")


def test_digest_of_the_report(hook):
    details = send(hook, "report.txt")["details"]

    assert details["headline"].startswith("Revenue in the fourth quarter rose to CHF 6,482,300")
    assert (len(details["findings"]), len(details["recommendations"])) == (4, 3)


def test_document_in_json(hook):
    text = (EXAMPLES / "data" / "invoice.txt").read_text(encoding="utf-8")

    answer = httpx.post(hook, json={"document": text}, timeout=90)

    assert (answer.json()["route"], answer.json()["total"]) == ("invoice", 7166.69)


def test_only_one_branch_ran(api, hook, workflow):
    send(hook, "contract.txt")

    (job, *_) = api.get("/api/jobs/", params={"workflow": workflow["slug"]}).json()["results"]
    steps = {step["path"]: step["status"] for step in api.get(f"/api/jobs/{job['id']}/").json()["steps"]}

    assert (job["status"], job["triggered_by"]) == ("SUCCESS", "WEBHOOK")
    assert steps["contract"] == steps["summary"] == steps["answer"] == "success"
    assert steps["lines"] == steps["invoice"] == steps["report"] == steps["unsure"] == "skipped"


def test_markup_in_a_document_is_text_in_the_summary(hook):
    answer = httpx.post(hook, content="<script>alert(1)</script>\n", headers={"Content-Type": "text/plain"}, timeout=90)

    assert "<script>" not in answer.json()["summary"]
