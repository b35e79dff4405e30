"""A job that waits for a person: over a restart, by a link from a mail, with the branch that was chosen."""

from __future__ import annotations

import re
import time

import httpx

from tests.acceptance.connecting import connect, create, ended, execute, step
from tests.acceptance.helpers import until
from tests.stack import wait_until_ready


def asking(api, mails, *, waiting=True, **config):
    mail = connect(api, "smtp", **mails.config)
    ask = {"approvers": ["boss@example.com"], "message": "Pay {{ sum }}?", "connector": mail, **config}
    outputs = [
        {
            "id": port,
            "type": "output",
            "after": [f"ask.{port}"],
            "config": {
                "values": {"how": f"'{port}'", "by": "ask.approver", "comment": "ask.comment", "form": "ask.form"}
            },
        }
        for port in ("approved", "rejected", "expired")
    ]
    inputs = {"type": "object", "properties": {"sum": {"type": "number"}}}
    workflow = create(api, step("ask", "approval", **ask), *outputs, inputs=inputs)
    job = execute(api, workflow, context={"sum": 7})
    return until(api, job, lambda found: found["status"] == "WAITING") if waiting else job


def link_in(mails, *, to="boss@example.com"):
    for _ in range(600):
        found = [mail for mail in mails.mails if mail.recipients == [to]]
        if found:
            return re.search(r"http://\S+/approvals/token/[^/\s]+/", found[0].text)[0]
        time.sleep(0.1)
    raise AssertionError("no mail came")


def test_a_mail_a_restart_and_a_decision(api, stack, mails):
    """C-72: by a link from a mail, once, over a restart, with the values of the form."""
    form = {"type": "object", "properties": {"account": {"type": "string"}}, "required": ["account"]}
    job = asking(api, mails, form=form)
    link = link_in(mails)
    for name in ("worker", "web"):
        stack.kill(name)
    wait_until_ready(stack)

    page = httpx.get(link)
    assert "Pay 7?" in page.text
    assert api.get(f"/api/jobs/{job['id']}/").json()["status"] == "WAITING"
    missing = httpx.post(link, data={"decision": "approve"})
    decided = httpx.post(link, data={"decision": "approve", "form.account": "DE1", "comment": "fine"})
    again = httpx.post(link, data={"decision": "reject"})

    assert (missing.status_code, decided.status_code, again.status_code) == (400, 200, 404)
    found = ended(api, job)
    assert found["status"] == "SUCCESS", found
    assert found["workflow_output"] == {
        "how": "approved",
        "by": "boss@example.com",
        "comment": "fine",
        "form": {"account": "DE1"},
    }


def test_only_the_named_decide_and_an_owner_may_hand_over(api, stack, mails):
    """C-72: everybody else gets 403."""
    job = asking(api, mails)
    (approval,) = api.get(f"/api/approvals/?status=pending&job={job['id']}").json()["results"]
    path = f"/api/approvals/{approval['id']}"
    weak = stack.manage("create_api_key", "--name", "weak", "--scope", "execute")
    other_than_boss = {"to": "deputy@example.com", "instead_of": "boss@example.com"}

    with httpx.Client(base_url=stack.url, headers={"X-API-Key": weak}) as other:
        refused = [
            other.post(f"{path}/decide/", json={"decision": "approve"}),
            other.post(f"{path}/delegate/", json=other_than_boss),
            api.post(f"{path}/decide/", json={"decision": "approve"}),
        ]
    handed = api.post(f"{path}/delegate/", json=other_than_boss)
    link = link_in(mails, to="deputy@example.com")
    decided = httpx.post(link, data={"decision": "reject", "comment": "no"})

    assert [answer.status_code for answer in refused] == [403, 403, 403]
    assert (handed.status_code, handed.json()["approvers"]) == (200, ["deputy@example.com"])
    assert decided.status_code == 200
    found = ended(api, job)["workflow_output"]
    assert (found["how"], found["by"]) == ("rejected", "deputy@example.com")


def test_nobody_decides(api, mails):
    """C-72: the branch for what has expired."""
    job = asking(api, mails, waiting=False, expires_in=1)

    found = ended(api, job)

    assert found["workflow_output"]["how"] == "expired"
    assert api.get(f"/api/approvals/?status=expired&job={job['id']}").json()["count"] == 1
