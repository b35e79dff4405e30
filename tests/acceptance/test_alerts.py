"""Tiered alerts: the right people by the right channels, and one broken channel stops no other."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from tests.acceptance.connecting import connect, create, ended, execute, rows, sqlite, step, steps_of
from tests.http_server import Answer

ALERTS = "CREATE TABLE alerts (severity TEXT, urgent BOOLEAN, recipients JSON)"
TUESDAY, EVENING, SATURDAY = "2026-03-10T10:00:00", "2026-03-10T17:00:00", "2026-03-14T10:00:00"


@pytest.fixture
def alerting(api, server, tmp_path):
    """The workflow, and where its alerts are kept."""
    for path, status in {
        "/slack": 200,
        "/v2/enqueue": 202,
        "/2010-04-01/Accounts/AC1/Messages.json": 201,
        "/tickets": 201,
        "/warning": 200,
        "/info": 200,
    }.items():
        server.answers[path] = Answer(status, {"Content-Type": "application/json"}, b"{}")
    slack = connect(api, "slack", webhook_url=f"{server.url}/slack")
    pager = connect(api, "pagerduty", routing_key="r0uting", base_url=server.url)
    sms = connect(api, "twilio", account_sid="AC1", auth_token="t", base_url=server.url, **{"from": "+1"})
    database, path = sqlite(api, tmp_path, ALERTS)
    urgent = "datetime.fromisoformat(at).weekday() < 5 and 9 <= datetime.fromisoformat(at).hour < 17"
    insert = "INSERT INTO alerts VALUES ({{ level.severity }}, {{ level.urgent }}, {{ recipients }})"
    workflow = create(
        api,
        step("level", "transform", values={"severity": _SEVERITY, "urgent": urgent}),
        step(
            "which",
            "condition",
            after=["level"],
            cases=[
                {"name": "critical", "expression": "level.severity == 'critical'"},
                {"name": "warning", "expression": "level.severity == 'warning'"},
                {"name": "info", "expression": "level.severity == 'info'"},
            ],
        ),
        step(
            "tell",
            "notification",
            after=["which.critical"],
            subject="Error rate {{ error_rate }}",
            body="Look at <it>",
            severity="critical",
            channels=[
                {"connector": sms, "to": ["+2"]},
                {"connector": pager},
                {"connector": slack, "to": ["#critical-alerts"]},
            ],
        ),
        step(
            "ticket",
            "api",
            after=["which.critical"],
            method="POST",
            url=f"{server.url}/tickets",
            body={"title": "{{ error_rate }}"},
        ),
        step(
            "record",
            "database",
            after=["tell", "ticket"],
            join="all",
            connector=database,
            query=insert.replace("recipients", "[d.recipient for d in tell.deliveries]"),
        ),
        step("warn", "api", after=["which.warning"], method="POST", url=f"{server.url}/warning"),
        step("note", "api", after=["which.info"], method="POST", url=f"{server.url}/info"),
        step(
            "out",
            "output",
            after=["record", "warn", "note", "which.else"],
            values={"severity": "level.severity", "urgent": "level.urgent", "told": "tell"},
        ),
        inputs={"type": "object", "properties": {"error_rate": {}, "at": {"type": "string"}}},
    )

    def run(error_rate, at=TUESDAY):
        server.seen.clear()
        return ended(api, execute(api, workflow, context={"error_rate": error_rate, "at": at}))

    run.path = path
    return run


_SEVERITY = (
    "'unknown' if error_rate is None else 'critical' if error_rate > 50 else 'warning' if error_rate > 20 else 'info'"
)


def test_critical_in_office_hours(alerting, server):
    """C-12: every channel of the critical ones and nobody else, with the row that says who was told."""
    job = alerting(75)

    assert job["status"] == "SUCCESS", job
    assert (job["workflow_output"]["severity"], job["workflow_output"]["urgent"]) == ("critical", True)
    assert sorted(seen.path for seen in server.seen) == [
        "/2010-04-01/Accounts/AC1/Messages.json",
        "/slack",
        "/tickets",
        "/v2/enqueue",
    ]
    sent = {seen.path: seen for seen in server.seen}
    assert json.loads(sent["/slack"].body)["channel"] == "#critical-alerts"
    assert json.loads(sent["/slack"].body)["text"] == "*Error rate 75*\nLook at &lt;it&gt;"
    assert json.loads(sent["/v2/enqueue"].body)["payload"]["severity"] == "critical"
    assert parse_qs(sent["/2010-04-01/Accounts/AC1/Messages.json"].body.decode())["To"] == ["+2"]
    assert json.loads(sent["/tickets"].body) == {"title": 75}
    assert rows(alerting.path, "SELECT severity, urgent, recipients FROM alerts") == [
        ("critical", 1, '["+2", null, "#critical-alerts"]')
    ]


def test_boundaries_and_office_hours(alerting, server):
    """C-13: the limits themselves, null, the evening and Saturday; exactly one branch each."""
    found = {
        (rate, at): (
            (job := alerting(rate, at))["workflow_output"]["severity"],
            job["workflow_output"]["urgent"],
            {seen.path for seen in server.seen} & {"/warning", "/info", "/slack"},
        )
        for rate, at in [
            (50, TUESDAY),
            (50.01, EVENING),
            (20, SATURDAY),
            (20.5, TUESDAY),
            (None, TUESDAY),
        ]
    }

    assert found == {
        (50, TUESDAY): ("warning", True, {"/warning"}),
        (50.01, EVENING): ("critical", False, {"/slack"}),
        (20, SATURDAY): ("info", False, {"/info"}),
        (20.5, TUESDAY): ("warning", True, {"/warning"}),
        (None, TUESDAY): ("unknown", True, set()),
    }


def test_one_failing_channel_stops_no_other(alerting, server):
    """C-13: the others are told, and the list names the one that failed."""
    server.answers["/slack"] = Answer(500)

    job = alerting(75)

    assert job["status"] == "SUCCESS", job
    assert len(server.seen) == 4
    told = job["workflow_output"]["told"]
    assert told["failed"] == 1
    assert [one["status"] for one in told["deliveries"]] == ["sent", "sent", "failed"]
    assert "500" in told["deliveries"][2]["error"]
    assert steps_of(job)["tell"]["status"] == "success"
