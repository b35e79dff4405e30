"""What a month of use leaves behind, made over the API: no page of the console is empty after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.acceptance.helpers import ended, execute, until
from tests.stack import ROOT, Stack

INVOICE = ROOT / "examples" / "data" / "invoice.txt"
UNCLEAR = ROOT / "examples" / "data" / "routing" / "unclear-menu.html"


def fill(stack: Stack) -> dict[str, str]:
    """Workflows, jobs of every kind, and one of everything else; the names of what pages of one thing need."""
    stack.manage("seed_examples")
    with stack.client() as api:
        made = {"workflow": "document-intake", **_jobs(api)}
        _triggers(api)
        made["invitation"] = _settings(api)
    return made


def _jobs(api: httpx.Client) -> dict[str, str]:
    for _ in range(3):
        succeeded = ended(api, execute(api, {"slug": "document-intake"}, context={"document": INVOICE.read_text()}))
    orders = _workflow(api, "Nightly order export", "Adds up the orders of the day and tells the shop.", ORDERS)
    failed = ended(api, execute(api, orders, context={"orders": [{"price": 3}]}))
    ended(api, execute(api, orders, context={"orders": [{"price": 3, "count": 4}]}))
    sent = api.post("/api/files/", files={"file": (UNCLEAR.name, UNCLEAR.read_bytes(), "text/html")}).json()
    waiting = execute(api, {"slug": "document-routing"}, context={"document": sent["reference"]})
    until(api, waiting, lambda job: job["status"] == "WAITING")
    assert (succeeded["status"], failed["status"]) == ("SUCCESS", "FAILED"), (succeeded["error"], failed["error"])
    return {"succeeded": succeeded["id"], "failed": failed["id"], "waiting": waiting["id"]}


def _workflow(api: httpx.Client, name: str, description: str, steps: list[dict[str, Any]]) -> dict[str, Any]:
    definition = {"stepgraph": 1, "name": name, "description": description, "steps": steps}
    made = _post(api, "/api/workflows/", name=name, description=description, definition=definition)
    _post(api, f"/api/workflows/{made['slug']}/publish/", note="The first that works")
    api.patch(f"/api/workflows/{made['slug']}/", json={"folder": "Sales/Orders", "tags": ["nightly", "shop"]})
    return made


def _triggers(api: httpx.Client) -> None:
    workflow = "nightly-order-export"
    nightly = _post(api, "/api/schedules/", workflow=workflow, kind="cron", cron="0 2 * * 1-5",
                    timezone="Europe/Berlin", context={"orders": [{"price": 3, "count": 2}]})  # fmt: skip
    _post(api, f"/api/schedules/{nightly['id']}/back-fill/", since="2026-01-05T00:00Z", until="2026-01-08T00:00Z")
    _post(api, "/api/schedules/", workflow="document-intake", kind="interval", every_seconds=3600, is_active=False)
    _post(api, "/api/webhooks/", workflow=workflow, methods=["POST"], auth="none")
    _post(api, "/api/forms/", workflow=workflow, title="Report a damaged delivery", description="We answer in a day.")
    _post(api, "/api/insights/thresholds/", workflow=workflow, measure="success_rate", warning=0.9, critical=0.5)
    _post(api, "/api/insights/thresholds/", measure="job_seconds", warning=0.001)
    for count in (2, 5):
        ended(api, execute(api, {"slug": workflow}, context={"orders": [{"price": 9.5, "count": count}]}))


def _settings(api: httpx.Client) -> str:
    """The path of an invitation's page."""
    _post(api, "/api/secrets/", key="SHOP_TOKEN", value="tok-1234567890", description="Of the shop's back office.",
          allowed_hosts=["shop.example.com"])  # fmt: skip
    _post(api, "/api/variables/", key="TAX_RATE", value=0.19, description="Of everything that is not food.")
    _post(api, "/api/variables/", key="REGIONS", value={"north": ["Hamburg", "Kiel"], "south": ["München"]})
    _post(api, "/api/api-keys/", name="Nightly import", scope="execute")
    _post(api, "/api/hooks/", name="Tell the desk", moment="job_failed", action="workflow",
          config={"workflow": "nightly-order-export"}, is_active=False)  # fmt: skip
    _post(api, "/api/hooks/", name="Nothing is sent at night", moment="before_step", action="expression",
          config={"values": {"_late": "now().hour >= 22"}, "deny_when": "_late", "reason": "Try again tomorrow."},
          steps=["send_*", "mail"], workflow="nightly-order-export", blocking=True)  # fmt: skip
    _post(api, "/api/event-webhooks/", url="https://watch.example.com/stepgraph", events=["job.*", "step.failed"])
    api.put("/api/retention/", json={"workflow": "nightly-order-export", "days": 30, "jobs": 1000})
    _post(api, "/api/connectors/", name="Team chat", type="slack", config={"webhook_url": "https://chat.example.com/x"})
    invited = _post(api, "/api/members/", email="grace@example.com", role="operator")
    return str(urlsplit(invited["invite_url"]).path)


def _post(api: httpx.Client, path: str, **body: Any) -> Any:
    answer = api.post(path, json=body)
    assert answer.status_code < 300, f"{path}: {answer.text}"
    return answer.json()


_ADD_UP = 'return {"total": sum(order["price"] * order["count"] for order in orders)}'
ORDERS: list[dict[str, Any]] = [
    {"id": "add_up", "name": "Add up", "type": "script", "config": {"language": "python", "code": _ADD_UP}},
    {
        "id": "large",
        "name": "A good day?",
        "type": "condition",
        "after": ["add_up"],
        "config": {"expression": "add_up.total >= 30"},
    },
    {"id": "answer", "type": "output", "after": ["large.true"], "config": {"values": {"total": "add_up.total"}}},
]


def pictures() -> Path:
    """Where the pictures of pages go."""
    folder = ROOT / "var" / "test-pictures" / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
