"""Onboarding a customer by three other workflows: all of it, a refusal, and what comes of a branch that is missing."""

from __future__ import annotations

import json

import pytest

from backend.jobs.models import Job
from tests.workers.engine.conftest import finish, json_answer, output, runs, statuses, subflow, value

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMER = {"type": "object", "properties": {"customer_id": {"type": "integer"}}, "required": ["customer_id"]}


@pytest.fixture
def onboard(connect, start, worker, publish, server):
    """`onboard(approved=True)`: the parent's job at its end, with the children published."""
    server.answers |= {"/customers/7": json_answer({"id": 7, "name": "Ana"}), "/team": json_answer({})}
    connect("team", "webhook", url=f"{server.url}/team")
    inner = [value(f"s{n}", f"customer_id + {n}", after=[f"s{n - 1}"] if n else []) for n in range(3)]
    leak = {"tier": "'gold'", "leaked": "input.get('customer_data') is not None", "sum": "s2.value"}
    publish("data-enrichment", *inner, output(leak, after=["s2"]), inputs=CUSTOMER)
    publish("provision-account", output({"id": "'acc-' + str(customer_id + 2)"}), inputs=CUSTOMER)

    def go(*, approved: bool) -> Job:
        publish("compliance-check", output({"approved": str(approved)}), inputs=CUSTOMER)
        asked = {"customer_id": "{{ customer_data.id }}"}
        get = {"method": "GET", "url": f"{server.url}/customers/{{{{ customer_id }}}}"}
        told = {"connector": "team", "subject": "Manual review", "body": "{{ customer_data.name }} is to be looked at"}
        job = start(
            {"id": "customer_data", "type": "api", "config": get},
            subflow("enrich", "data-enrichment", inputs=asked, options={"after": ["customer_data"]}),
            subflow("compliance", "compliance-check", inputs=asked, options={"after": ["enrich"]}),
            {"id": "ok", "type": "condition", "after": ["compliance"]}
            | {"config": {"expression": "compliance.approved == true"}},
            subflow("provision", "provision-account", inputs=asked, options={"after": ["ok.true"]}),
            {"id": "review", "type": "notification", "after": ["ok.false"], "config": told},
            output(
                {"account_id": "provision.id", "status": "'ok' if provision.id else 'rejected'"},
                after=["provision", "review"],
            ),
            inputs=CUSTOMER,
            input={"customer_id": 7},
        )
        return finish(worker, job)

    return go


def test_c30_onboarding(onboard, server) -> None:
    """C-30: three children, each a job of its own, which see their inputs only and leave their output only."""
    job = onboard(approved=True)

    assert (job.status, job.output) == ("SUCCESS", {"account_id": "acc-9", "status": "ok"})
    children = {child.parent_path: child for child in Job.objects.filter(parent=job).select_related("workflow")}
    assert {path: child.workflow.slug for path, child in children.items()} == {
        "enrich": "data-enrichment",
        "compliance": "compliance-check",
        "provision": "provision-account",
    }
    assert list(runs(children["enrich"])) == ["s0", "s1", "s2", "out"]
    assert children["enrich"].output == {"tier": "gold", "leaked": False, "sum": 9}
    assert "s2" not in runs(job)
    assert [seen.path for seen in server.seen] == ["/customers/7"]


def test_c31_not_approved(onboard, server) -> None:
    """C-31: the team is told, and nothing is provisioned."""
    job = onboard(approved=False)

    assert statuses(job)["provision"] == "skipped"
    assert not Job.objects.filter(parent=job, workflow__slug="provision-account").exists()
    (told,) = [json.loads(seen.body) for seen in server.seen if seen.path == "/team"]
    assert "Ana is to be looked at" in json.dumps(told)


def test_c32_output_with_a_missing_branch(onboard) -> None:
    """C-32: what did not happen is null, and the job succeeds."""
    job = onboard(approved=False)

    assert (job.status, job.output) == ("SUCCESS", {"account_id": None, "status": "rejected"})


def test_c32_a_failed_child_is_null_where_the_flow_goes_on(start, worker, publish) -> None:
    publish("broken", {"id": "c", "type": "condition", "config": {"expression": "1 / 0"}})
    steps = [subflow("sub", "broken", options={"on_error": "continue"}), output({"sub": "sub"}, after=["sub"])]

    job = finish(worker, start(*steps))

    assert (job.status, job.output) == ("SUCCESS", {"sub": None})


def test_c32_a_child_that_is_published_anew_changes_no_job_under_way(start, worker, publish) -> None:
    publish("which", output({"v": "1"}))
    job = start(subflow("sub", "which"), output({"v": "sub.v"}, after=["sub"]))
    worker.advance()  # the child is there, and waits for a worker

    publish("which", output({"v": "2"}))

    assert finish(worker, job).output == {"v": 1}
