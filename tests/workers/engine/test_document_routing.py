"""The example “AI document routing” on all its documents: offline by rules, and with a model server for the cloud."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.accounts.actor import Actor
from backend.accounts.models import Organization
from backend.connectors.services.connectors import connector_create
from backend.files.services import file_store, reference
from backend.jobs.models import Job
from backend.jobs.signals import signal_deliver
from backend.workflows.format import yaml
from backend.workflows.format.aliases import normalise
from tests.fakes.ai import Asked, Reply, ai_server
from tests.workers.engine.conftest import Worker

pytestmark = pytest.mark.django_db(transaction=True)

EXAMPLES = Path(__file__).parents[3] / "examples"
DOCUMENTS = sorted((EXAMPLES / "data" / "routing").iterdir())

# What becomes of each: the route, and of invoices whether the sums agree, how many lines are stored, who decides.
STORED = {
    "invoice-office-chairs.pdf": ("INV-2026-0311", 1666.8),
    "invoice-schrauben.pdf": ("R-88213", 470.05),
    "invoice-traduction.docx": ("F2026-118", 1380.0),
    "invoice-imprenta.html": ("2026/77", 677.6),
    "invoice-by-mail.eml": ("R-88213", 470.05),
    "invoice-with-orders.txt": ("INV-2026-0311", 1666.8),
}
APPROVED = {
    "invoice-servicii.xlsx": ("BV 4471", 6307.0, True),
    "invoice-macchine.pdf": ("2026-0042", 61976.0, True),
    "invoice-server-racks.docx": ("NX-55120", 34280.0, True),
    "invoice-wrong-sum.pdf": ("INV-7781", 648.0, False),
}
DEADLINES = {
    "contract-lease.pdf": ["2026-04-01", "2029-03-31", "2028-09-30"],
    "contract-dienstvertrag.docx": ["01.05.2026", "30.04.2028", "31.01.2028"],
    "contract-contrat.html": ["15/04/2026", "14/04/2027", "14/01/2027"],
    "contract-nda.docx": ["2026-02-01", "2031-01-31"],
    "contract-supply.txt": ["2026-06-01", "2027-05-31", "2027-02-28"],
}
SCANS = ("invoice-scan.pdf", "invoice-scan.png")
UNREADABLE = {
    "broken-cut.pdf": "no valid PDF",
    "broken-cut.docx": "damaged",
    "broken-empty.pdf": "empty",
    "broken-picture.png": "damaged",
    "hostile-bomb.xlsx": "no honest document",
    "hostile-entities.docx": "declares entities",
    "hostile-archive.zip": "damaged",
    "hostile-program.pdf": "a program, not a document",
}


@pytest.fixture
def routed(acme: Organization, start: Callable[..., Job], worker: Worker, tmp_path: Path) -> Any:
    """`routed("invoice.pdf", decision="approved", cloud={…})`: the ended job of one document."""
    actor = Actor(user=None, api_key=None, organization=acme, role="owner")
    definition = normalise(yaml.load((EXAMPLES / "document-routing.yaml").read_text(encoding="utf-8")))

    def go(name: str, *, decision: str = "", **instead: dict[str, Any]) -> Job:
        for values in yaml.load((EXAMPLES / "connectors" / "document-routing.yaml").read_text(encoding="utf-8")):
            if values["type"] == "sqlite":
                values["config"] = {"path": str(tmp_path / "routed.db")}
            connector_create(actor, values={**values, **instead.get(values["slug"].replace("-", "_"), {})})
        data = (EXAMPLES / "data" / "routing" / name).read_bytes()
        file = file_store(acme, name=name, content_type="application/octet-stream", data=data)
        job = start(*definition["steps"], input={"document": reference(file), "approval_limit": 5000})
        worker.advance()
        job.refresh_from_db()
        if decision:
            assert job.status == "WAITING", job.error
            waiting = job.steps.get(status="waiting")
            assert signal_deliver(job_id=job.pk, path=waiting.path, delivery=_delivery(decision))
            worker.advance()
            job.refresh_from_db()
        return job

    return go


def _delivery(decision: str) -> dict[str, Any]:
    return {"decision": decision, "comment": "", "approver": "ana@example.com", "form": {"type": "other"}}


def stored(tmp_path: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(tmp_path / "routed.db") as database:
        rows = database.execute("SELECT number, description, amount FROM invoice_lines ORDER BY line").fetchall()
    database.close()
    return rows


def test_there_are_enough_of_them() -> None:
    named = {*STORED, *APPROVED, *DEADLINES, *SCANS, *UNREADABLE}
    rest = {path.name for path in DOCUMENTS} - named

    assert len(DOCUMENTS) >= 30
    assert all(name.startswith(("report-", "unclear-")) for name in rest)


@pytest.mark.parametrize("name", STORED)
def test_invoices_that_agree_are_stored(routed: Any, name: str, tmp_path: Path) -> None:
    job = routed(name)

    assert job.status == "SUCCESS", job.error
    found = job.output
    assert (found["route"], found["agrees"], found["stored"], found["decision"]) == ("invoice", True, 2, None)
    assert (found["invoice"]["number"], found["invoice"]["total"]) == STORED[name]
    assert len(stored(tmp_path)) == 2


@pytest.mark.parametrize("name", APPROVED)
def test_large_or_wrong_invoices_wait_for_a_person(routed: Any, name: str, tmp_path: Path) -> None:
    job = routed(name, decision="approved")

    assert job.status == "SUCCESS", job.error
    number, total, agrees = APPROVED[name]
    assert (job.output["invoice"]["number"], job.output["invoice"]["total"]) == (number, total)
    assert (job.output["agrees"], job.output["stored"]) == (agrees, 2)
    assert {row[0] for row in stored(tmp_path)} == {number}


def test_a_rejected_invoice_is_not_stored(routed: Any, tmp_path: Path) -> None:
    job = routed("invoice-macchine.pdf", decision="rejected")

    assert (job.status, job.output["decision"], job.output["stored"]) == ("SUCCESS", "rejected", 0)
    assert not (tmp_path / "routed.db").exists()


@pytest.mark.parametrize("name", DEADLINES)
def test_contracts_give_their_deadlines(routed: Any, name: str) -> None:
    job = routed(name)

    assert (job.status, job.output["route"]) == ("SUCCESS", "contract"), job.output
    assert job.output["contract"]["deadlines"] == DEADLINES[name]
    assert len(job.output["contract"]["summary"]) > 30


@pytest.mark.parametrize("name", [path.name for path in DOCUMENTS if path.name.startswith("report-")])
def test_reports_become_a_digest(routed: Any, name: str) -> None:
    job = routed(name)

    assert (job.status, job.output["route"]) == ("SUCCESS", "report"), job.output
    assert len(job.output["digest"]) > 30


@pytest.mark.parametrize("name", [*SCANS, *(path.name for path in DOCUMENTS if path.name.startswith("unclear-"))])
def test_whatever_is_unclear_is_shown_to_a_person(routed: Any, name: str) -> None:
    job = routed(name, decision="approved")

    assert (job.status, job.output["route"], job.output["decision"]) == ("SUCCESS", "unsure", "approved"), job.output
    wait = job.steps.get(path="ask")
    assert name in json.dumps(wait.input)


@pytest.mark.parametrize("name", UNREADABLE)
def test_broken_and_hostile_files_are_told_as_such(routed: Any, name: str) -> None:
    job = routed(name)

    assert (job.status, job.output["route"]) == ("SUCCESS", "unreadable"), job.output
    assert UNREADABLE[name] in job.output["reason"]


def test_a_contract_never_reaches_the_cloud(routed: Any) -> None:
    with ai_server() as server:
        cloud = {"type": "openai_compatible", "config": server.config("openai_compatible")}

        job = routed("contract-lease.pdf", cloud_model=cloud)

    assert (job.output["route"], server.asked) == ("contract", [])


def test_a_model_server_takes_an_invoice_apart(routed: Any) -> None:
    line = {"description": "Task chair", "quantity": 6, "unit_price": 189, "amount": 1134}
    answer = {"number": "X-1", "lines": [line], "net": 1134, "total": 1360.8}

    def reply(asked: Asked) -> Reply:
        assert "Task chair Lumen" in asked.text
        return Reply(json.dumps(answer), prompt_tokens=200, completion_tokens=50)

    with ai_server() as server:
        server.answer = reply
        cloud = {"type": "openai_compatible", "config": server.config("openai_compatible")}
        job = routed("invoice-office-chairs.pdf", cloud_model=cloud)

    assert (job.output["agrees"], job.output["stored"], job.output["invoice"]["number"]) == (True, 1, "X-1")
    assert server.asked[0].body["response_format"]["type"] == "json_schema"


def test_a_vision_model_sees_the_scan(routed: Any) -> None:
    def reply(asked: Asked) -> Reply:
        assert "data:image/png;base64," in asked.text
        return Reply('{"type": "report", "confidence": 0.9, "reason": "It looks like one."}')

    with ai_server() as server:
        server.answer = reply
        local = {"type": "lm_studio", "config": server.config("lm_studio")}
        job = routed("invoice-scan.pdf", local_model=local)

    assert (job.output["route"], job.output["confidence"]) == ("report", 0.9)
