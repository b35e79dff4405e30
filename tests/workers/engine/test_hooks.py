"""Hooks: names for steps, refusals, those who look on at steps and jobs; and who may set them up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError, connection

from backend.accounts.models import Organization
from backend.hooks import services, starting
from backend.hooks.known import memory
from backend.hooks.models import Hook
from backend.jobs import serializers
from backend.jobs.models import Job
from tests.backend.factories import make_api_key, make_organization
from tests.http_server import Answer, Server
from tests.workers.engine.conftest import answers, call, json_answer, output, runs, value

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    memory.forget()
    yield
    memory.forget()


@pytest.fixture
def hook(acme: Organization) -> Callable[..., tuple[Hook, str]]:
    def make(moment: str, action: str, config: dict, **values: object) -> tuple[Hook, str]:
        facts = {"name": f"{moment} {action}", "moment": moment, "action": action, "config": config, **values}
        return services.hook_create(acme, values=facts, by="test")

    return make


def sent(server: Server, path: str) -> list[dict]:
    return [json.loads(seen.body) for seen in server.seen if seen.path == path]


def test_a_hook_gives_names_that_the_step_sees_and_its_row_keeps(hook, run) -> None:
    hook("before_step", "expression", {"values": {"_environment": "'test'"}}, position=1)
    hook("before_step", "expression", {"values": {"_where": "_environment + '/' + hook.step.id"}}, position=2)

    job = run(value("a", "_where"), output({"x": "a.value"}, after=["a"]))

    assert job.output == {"x": "test/a"}
    step = serializers.step_run(runs(job)["a"], name="a")
    assert (step["input"]["_environment"], step["input"]["_where"]) == ("test", "test/a")


def test_later_hooks_run_by_position_whatever_the_order_of_their_making(hook, run) -> None:
    hook("before_step", "expression", {"values": {"_x": "(_x or 0) * 10 + 2"}}, position=2)
    hook("before_step", "expression", {"values": {"_x": "1"}}, position=1)

    job = run(output({"x": "_x"}))

    assert job.output == {"x": 12}


def test_who_looks_on_learns_result_and_duration_signed(hook, run, server: Server) -> None:
    server.answers["/seen"] = Answer(204)
    made, secret = hook("after_step", "http", {"url": f"{server.url}/seen"}, steps=["a*"])

    job = run(value("a1", "7"), value("b", "8"))

    (told,) = sent(server, "/seen")
    assert job.status == "SUCCESS"
    assert (told["moment"], told["step"]["path"], told["result"]) == ("after_step", "a1", {"value": 7})
    assert told["duration"] >= 0
    headers, body = server.seen[0].headers, server.seen[0].body
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert str(made.id) in headers["webhook-id"]


def test_errors_are_told_once_they_are_final_and_only_of_the_step_and_kind_asked_for(hook, run, server, worker) -> None:
    server.answers |= {"/told": Answer(204), "/down": Answer(503), "/wrong": Answer(404)}
    hook("on_error", "http", {"url": f"{server.url}/told"}, steps=["x"], error_types=["http_5*"])

    run(
        call("x", f"{server.url}/down", on_error="continue", retry={"retries": 1, "delay": 0.01, "jitter": False}),
        call("y", f"{server.url}/down", on_error="continue"),
    )
    run(call("x", f"{server.url}/wrong", on_error="continue"))

    (told,) = sent(server, "/told")
    assert (told["step"]["id"], told["step"]["attempt"], told["error"]["type"]) == ("x", 2, "http_503")


@pytest.mark.parametrize(
    ("action", "config"),
    [("expression", {"values": {"_x": "1 / 0"}}), ("http", {"url": "http://127.0.0.1:9/nobody"}), ("http", {})],
)
def test_a_hook_that_fails_is_noted_and_changes_nothing(hook, run, server: Server, action: str, config: dict) -> None:
    server.answers["/broken"] = Answer(500)
    hook("before_step", action, config or {"url": f"{server.url}/broken"})

    job = run(value("a", "1"))

    assert job.status == "SUCCESS"
    assert f"The hook “before_step {action}” failed" in runs(job)["a"].log


@pytest.mark.parametrize("moment", ["before_step", "after_step"])
def test_a_hook_that_is_deleted_while_a_job_runs_has_no_say_any_more(
    hook, start, worker, server: Server, moment: str
) -> None:
    made, _ = hook(moment, "http", {"url": f"{server.url}/ask"}, blocking=moment == "before_step")

    def delete(_: object) -> None:
        services.hook_delete(Hook.objects.get(id=made.id), by="test")
        connection.close()

    server.answers |= {"/effect": Answer(200), "/ask": answers(delete)}
    job = start(call("a", f"{server.url}/effect"), call("b", f"{server.url}/effect", after=["a"]))

    worker.advance()

    job.refresh_from_db()
    assert job.status == "SUCCESS"
    assert sorted(seen.path for seen in server.seen) == ["/ask", "/effect", "/effect"]


def test_a_fault_around_a_step_reaches_the_owner_of_its_job(hook, start, worker, server: Server, monkeypatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("away")

    hook("before_step", "workflow", {"workflow": "any"})
    start(call("a", f"{server.url}/effect"))
    monkeypatch.setattr(starting, "start", away)

    with pytest.raises(OperationalError):
        worker.advance()

    assert server.seen == []


def test_a_blocking_hook_refuses_a_step_before_it_is_run(hook, run, server: Server) -> None:
    server.answers |= {
        "/ask": json_answer({"allow": False, "reason": "not on a Friday"}),
        "/effect": Answer(200),
    }
    hook("before_step", "http", {"url": f"{server.url}/ask"}, step_types=["api"], blocking=True)

    job = run(call("pay", f"{server.url}/effect"))

    assert (job.status, job.error["type"]) == ("FAILED", "denied")
    assert "not on a Friday" in job.error["message"]
    assert sent(server, "/ask")[0]["step"]["id"] == "pay"
    assert not [seen for seen in server.seen if seen.path == "/effect"]


def test_a_blocking_hook_that_cannot_be_asked_holds_the_step_up(hook, run, server: Server) -> None:
    server.answers["/effect"] = Answer(200)
    hook("before_step", "http", {"url": "http://127.0.0.1:9/nobody", "timeout": 1}, blocking=True)

    job = run(call("pay", f"{server.url}/effect"))

    assert (job.status, job.error["type"], job.error["retryable"]) == ("FAILED", "hook", True)
    assert server.seen == []


def test_a_condition_refuses_too_and_only_warns_when_it_does_not_block(hook, run) -> None:
    condition = {"deny_when": "hook.step.id == 'b'", "reason": "b is closed"}
    made, _ = hook("before_step", "expression", condition, blocking=True)
    refused = run(value("a", "1"), value("b", "2"))
    services.hook_update(made, values={"blocking": False}, by="test")
    warned = run(value("a", "1"), value("b", "2"))

    assert (refused.status, refused.error["step"]) == ("FAILED", "b")
    assert warned.status == "SUCCESS"
    assert "would refuse this step: b is closed" in runs(warned)["b"].log


@pytest.fixture
def watcher(start, acme: Organization) -> Job:
    """A published workflow that hooks start; its one job is gone."""
    made = start(output({"moment": "hook.moment"}))
    made.workflow.published_version = made.version
    made.workflow.save()
    Job.objects.all().delete()
    return made


def test_starts_and_ends_of_jobs_start_a_workflow_exactly_once_and_hooks_do_not_see_its_jobs(
    hook, run, watcher: Job, worker
) -> None:
    for moment in ("job_started", "job_completed", "job_failed", "after_step"):
        hook(moment, "workflow", {"workflow": watcher.workflow.slug})

    good = run(value("a", "1"))
    bad = run(value("a", "1 / 0"))
    while Job.objects.filter(status="QUEUED").exists():
        worker.advance()

    told = [
        (job.input["hook"]["job"]["id"], job.output["moment"])
        for job in Job.objects.filter(triggered_by="HOOK").order_by("id")
    ]
    assert sorted(told) == sorted(
        [
            (str(good.id), "job_started"),
            (str(good.id), "job_completed"),
            (str(good.id), "after_step"),
            (str(bad.id), "job_started"),
            (str(bad.id), "job_failed"),
        ]
    )


def test_a_hook_starts_its_workflow_for_each_place_however_long_its_path(hook, run, watcher: Job) -> None:
    hook("after_step", "workflow", {"workflow": watcher.workflow.slug})
    outer, inner = "o" * 60, "i" * 60

    run(
        {"id": outer, "type": "loop", "config": {"times": 1}},
        {"id": inner, "type": "loop", "config": {"times": 2}, "parent": outer},
        value("a", "1", parent=inner),
    )

    assert Job.objects.filter(triggered_by="HOOK").count() == 2


def test_hooks_of_other_workflows_other_organisations_and_idle_ones_do_nothing(hook, run, start) -> None:
    other = start(value("a", "1"))
    other.delete()
    refusal = {"deny_when": "True"}
    hook("before_step", "expression", refusal, blocking=True, workflow=other.workflow)
    hook("before_step", "expression", refusal, blocking=True, is_active=False)
    facts = {"name": "H", "moment": "before_step", "action": "expression", "config": refusal, "blocking": True}
    services.hook_create(make_organization("globex"), values=facts, by="test")

    assert run(value("a", "1")).status == "SUCCESS"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"moment": "job_started", "action": "http", "config": {"url": "http://x"}}, "action"),
        ({"moment": "after_step", "action": "expression", "config": {"values": {"_a": "1"}}}, "action"),
        ({"moment": "after_step", "action": "http", "config": {"url": "http://x"}, "blocking": True}, "blocking"),
        ({"moment": "before_step", "action": "workflow", "config": {"workflow": "w"}, "blocking": True}, "blocking"),
        ({"moment": "before_step", "action": "expression", "config": {"values": {"a": "1"}}}, "config.values"),
        ({"moment": "before_step", "action": "expression", "config": {"values": {"_a": "1 +"}}}, "config.values._a"),
        ({"moment": "before_step", "action": "expression", "config": {}}, "config"),
        ({"moment": "before_step", "action": "http", "config": {"url": "ftp://x"}}, "config.url"),
        ({"moment": "before_step", "action": "http", "config": {"url": "http://x", "timeout": 99}}, "config.timeout"),
        ({"moment": "before_step", "action": "workflow", "config": {}}, "config.workflow"),
        ({"moment": "before_step", "action": "workflow", "config": {"workflow": "w", "x": 1}}, "config.x"),
    ],
)
def test_a_hook_that_cannot_work_is_refused_with_the_place(client, acme, body: dict, path: str) -> None:
    key = {"X-API-Key": make_api_key(acme)}

    answer = client.post("/api/hooks/", {"name": "H", **body}, "application/json", headers=key)

    assert answer.status_code == 400
    assert path in [problem["path"] for problem in answer.json()["problems"]]


def test_owners_set_hooks_up_editors_see_them_and_nobody_sees_the_secret_again(client, acme) -> None:
    keys = {scope: {"X-API-Key": make_api_key(acme, scope=scope)} for scope in ("admin", "edit", "execute")}
    body = {"name": "H", "moment": "after_step", "action": "http", "config": {"url": "https://example.com"}}

    made = client.post("/api/hooks/", body, "application/json", headers=keys["admin"]).json()
    refused = client.post("/api/hooks/", body, "application/json", headers=keys["edit"])
    address = f"/api/hooks/{made['id']}/"
    seen = client.get("/api/hooks/", headers=keys["edit"]).json()["results"]
    changed = client.patch(address, {"is_active": False}, "application/json", headers=keys["admin"]).json()

    assert made["secret"].startswith("whsec_")
    assert refused.status_code == client.get("/api/hooks/", headers=keys["execute"]).status_code == 403
    assert [entry["id"] for entry in seen] == [made["id"]]
    assert "secret" not in seen[0] | changed
    assert changed["is_active"] is False
    assert client.delete(address, headers=keys["edit"]).status_code == 403
    assert client.delete(address, headers=keys["admin"]).status_code == 204
