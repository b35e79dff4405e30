"""Decisions: in the inbox and by link, by the right people, once; the job goes on as they say."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from backend.approvals.models import Approval, ApprovalLink
from backend.approvals.services.upkeep import approvals_keep_time
from backend.jobs.services import job_cancel
from backend.notices.models import Notice
from tests.backend.factories import make_api_key
from tests.workers.approvals.conftest import links

pytestmark = pytest.mark.django_db(transaction=True)

FORM = {"type": "object", "properties": {"amount": {"type": "number", "maximum": 100}}, "required": ["amount"]}


@pytest.fixture(autouse=True)
def mail(settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:9"


def finished(job, worker):
    worker.advance()
    job.refresh_from_db()
    return job.status, job.output


def only():
    return Approval.objects.get()


def decide(client, approval, decision="approve", **body):
    return client.post(f"/api/approvals/{approval.id}/decide/", {"decision": decision, **body})


# --- the inbox ------------------------------------------------------------------------------------------------------


def test_the_job_waits_without_a_worker_and_goes_on_with_the_decision(ask, worker, person):
    job = ask(approvers=["ana@example.com"], title="Invoice 7", form=FORM)
    ana = person("ana")
    assert (job.status, job.lease_owner) == ("WAITING", None)

    (shown,) = ana.get("/api/approvals/?status=pending&mine=true").json()["results"]
    answer = decide(ana, only(), comment="fine", form={"amount": 7})

    assert (shown["title"], shown["message"], shown["mine"], shown["form"]) == ("Invoice 7", "Pay 7?", True, FORM)
    assert answer.json()["status"] == "approved"
    assert finished(job, worker) == (
        "SUCCESS",
        {"branch": "yes", "by": "ana@example.com", "comment": "fine", "form": {"amount": 7}},
    )
    assert ana.get("/api/approvals/?status=pending").json()["count"] == 0


def test_rejecting_takes_the_other_branch(ask, worker, person):
    job = ask(approvers=["ana@example.com"], form=FORM)

    assert decide(person("ana"), only(), "reject", comment="no").status_code == 200

    assert finished(job, worker)[1]["branch"] == "no"


@pytest.mark.parametrize(
    ("name", "role", "status"), [("bob", "owner", 403), ("bob", "operator", 403), ("ana", "viewer", 403)]
)
def test_the_wrong_people_are_refused(ask, person, name, role, status):
    ask(approvers=["ana@example.com"])

    assert decide(person(name, role), only()).status_code == status
    assert only().status == "pending"


def test_a_list_of_approvers_binds_keys_too_and_an_owners_may_hand_over(acme, ask):
    ask(approvers=["ana@example.com"])
    keys = {}
    for scope in ("admin", "edit"):
        keys[scope] = APIClient()
        keys[scope].credentials(HTTP_X_API_KEY=make_api_key(acme, scope=scope, name=scope))
    body = {"to": "bob@example.com", "instead_of": "ana@example.com"}

    decided = [decide(key, only()).status_code for key in keys.values()]
    handed = [keys[scope].post(f"/api/approvals/{only().id}/delegate/", body) for scope in ("edit", "admin")]

    assert decided == [403, 403]
    assert [answer.status_code for answer in handed] == [403, 200]
    assert handed[1].json()["approvers"] == ["bob@example.com"]


def test_without_approvers_every_operator_may_decide(ask, worker, person):
    job = ask()

    assert decide(person("bob"), only()).status_code == 200
    assert finished(job, worker)[1]["by"] == "bob@example.com"


def test_it_is_decided_once(ask, person):
    ask(approvers=["ana@example.com", "bob@example.com"])
    decide(person("ana"), only())

    again = decide(person("bob"), only(), "reject")

    assert again.status_code == 409
    assert "approved by ana@example.com already" in again.json()["detail"]


def test_two_at_the_same_moment(ask, person):
    ask(approvers=["ana@example.com", "bob@example.com"])
    clients, statuses = [person("ana"), person("bob")], []

    def one(client):
        statuses.append(decide(client, only()).status_code)
        connections.close_all()

    threads = [Thread(target=one, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 409]


@pytest.mark.parametrize("form", [{}, {"amount": "many"}, {"amount": 101}])
def test_the_form_is_checked(ask, person, form):
    ask(approvers=["ana@example.com"], form=FORM)

    answer = decide(person("ana"), only(), form=form)

    assert answer.status_code == 400
    assert answer.json()["problems"][0]["path"].startswith("form")
    assert only().status == "pending"


# --- several --------------------------------------------------------------------------------------------------------


def test_two_of_three(ask, worker, person):
    job = ask(approvers=["ana@example.com", "bob@example.com", "cid@example.com"], required=2)

    assert decide(person("ana"), only(), comment="one").json()["status"] == "pending"
    assert decide(person("bob"), only(), "reject").json()["status"] == "pending"
    assert decide(person("cid"), only(), comment="two").json()["status"] == "approved"

    assert finished(job, worker)[1]["comment"] == "two"
    assert [one["decision"] for one in job.steps.get(path="ask").output["decisions"]] == [
        "approved",
        "rejected",
        "approved",
    ]


def test_rejected_as_soon_as_enough_cannot_be_reached(ask, worker, person):
    job = ask(approvers=["ana@example.com", "bob@example.com", "cid@example.com"], required=2)
    decide(person("ana"), only(), "reject")

    assert decide(person("bob"), only(), "reject").json()["status"] == "rejected"
    assert finished(job, worker)[1]["branch"] == "no"


def test_nobody_decides_twice(ask, person):
    ask(approvers=["ana@example.com", "bob@example.com"], required=2)
    ana = person("ana")
    decide(ana, only())

    assert decide(ana, only()).status_code == 409
    assert only().status == "pending"


def test_more_than_there_are(ask):
    assert ask(approvers=["ana@example.com"], required=2).status == "FAILED"


# --- links ----------------------------------------------------------------------------------------------------------


def test_a_link_decides_once_and_only_by_post(ask, worker, client_of):
    job = ask(approvers=["ana@example.com"])
    (token,) = links("ana@example.com")
    nobody = client_of(None)

    shown = nobody.get(f"/api/approvals/token/{token}/")
    page = nobody.get(f"/approvals/token/{token}/")
    assert (shown.json()["message"], shown.json()["approver"]) == ("Pay 7?", "ana@example.com")
    assert b"Pay 7?" in page.content
    assert only().status == "pending"

    answer = nobody.post(f"/api/approvals/token/{token}/approve/", {"comment": "by mail"})
    again = nobody.post(f"/api/approvals/token/{token}/reject/", {})

    assert (answer.status_code, again.status_code) == (200, 404)
    assert finished(job, worker)[1] == {"branch": "yes", "by": "ana@example.com", "comment": "by mail", "form": {}}


def test_the_page_takes_the_form(ask, worker, client_of):
    job = ask(approvers=["ana@example.com"], form=FORM)
    (token,) = links("ana@example.com")
    page = client_of(None)

    wrong = page.post(f"/approvals/token/{token}/", {"decision": "approve", "form.amount": "1000"}, format="multipart")
    right = page.post(
        f"/approvals/token/{token}/", {"decision": "approve", "form.amount": "7", "comment": "ok"}, format="multipart"
    )
    after = page.get(f"/approvals/token/{token}/")

    assert (wrong.status_code, right.status_code, after.status_code) == (400, 200, 404)
    assert b"maximum" in wrong.content
    assert b"Thank you" in right.content
    assert finished(job, worker)[1]["form"] == {"amount": 7}


def test_what_people_write_cannot_become_markup(ask, client_of):
    ask(approvers=["ana@example.com"], message="<script>alert(1)</script>", title="<b>")
    (token,) = links("ana@example.com")

    page = client_of(None).get(f"/approvals/token/{token}/").content

    assert b"<script>" not in page
    assert b"&lt;script&gt;" in page
    assert "<script>" not in Notice.objects.get().html


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: "x" + token, lambda _token: "made.up"])
def test_links_that_are_not_ours(ask, client_of, change):
    ask(approvers=["ana@example.com"])
    (token,) = links("ana@example.com")

    nobody = client_of(None)

    assert nobody.get(f"/api/approvals/token/{change(token)}/").status_code == 404
    assert nobody.post(f"/api/approvals/token/{change(token)}/approve/", {}).status_code == 404
    assert nobody.get(f"/approvals/token/{change(token)}/").status_code == 404


def test_only_the_hash_of_a_link_is_kept(ask):
    ask(approvers=["ana@example.com"])
    (token,) = links("ana@example.com")

    assert token not in ApprovalLink.objects.get().token_hash


def test_each_approver_has_a_link_of_their_own(ask, client_of):
    ask(approvers=["ana@example.com", "bob@example.com"], required=2)

    (token,) = links("bob@example.com")
    client_of(None).post(f"/api/approvals/token/{token}/approve/", {})

    assert [one.by for one in only().decisions.all()] == ["bob@example.com"]


# --- time -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noted_first", [True, False])
def test_expiry(ask, worker, person, noted_first):
    job = ask(approvers=["ana@example.com"], expires_in=3600)
    past = timezone.now() - timedelta(seconds=1)
    Approval.objects.update(until=past)
    run = job.steps.get(path="ask")
    run.resume_at, run.aside["wait"]["until"] = past, past.isoformat()
    run.save()
    type(job).objects.filter(id=job.id).update(due_at=past)
    ana = person("ana")

    assert ana.get("/api/approvals/?status=expired").json()["count"] == 1
    assert decide(ana, only()).status_code == 409
    if noted_first:
        approvals_keep_time()
    assert finished(job, worker)[1]["branch"] == "late"
    assert only().status == "expired"


def test_reminders_go_to_those_who_have_not_decided(ask, person):
    ask(approvers=["ana@example.com", "bob@example.com"], required=2, remind_after=3600)
    decide(person("ana"), only())
    Approval.objects.update(remind_at=timezone.now() - timedelta(seconds=1))

    approvals_keep_time()
    approvals_keep_time()

    assert [notice.to for notice in Notice.objects.filter(subject__startswith="Reminder")] == [["bob@example.com"]]
    assert only().remind_at > timezone.now()
    assert len(set(links("bob@example.com"))) == 2


def test_a_cancelled_job_needs_no_decision(ask, worker, person, client_of):
    job = ask(approvers=["ana@example.com"])
    (token,) = links("ana@example.com")
    job_cancel(job)
    if type(job).objects.get(id=job.id).status == "WAITING":
        worker.advance()

    assert only().status == "cancelled"
    assert decide(person("ana"), only()).status_code == 409
    assert client_of(None).post(f"/api/approvals/token/{token}/approve/", {}).status_code == 409


# --- others ---------------------------------------------------------------------------------------------------------


def test_delegating(ask, worker, person):
    job = ask(approvers=["ana@example.com"])
    ana, bob = person("ana"), person("bob")
    (old,) = links("ana@example.com")

    answer = ana.post(f"/api/approvals/{only().id}/delegate/", {"to": "Bob@example.com"})

    assert answer.json()["approvers"] == ["bob@example.com"]
    assert len(links("bob@example.com")) == 1
    assert ana.get(f"/api/approvals/token/{old}/").status_code == 404
    assert decide(ana, only()).status_code == 403
    assert decide(bob, only()).status_code == 200
    assert finished(job, worker)[1]["by"] == "bob@example.com"


def test_others_cannot_delegate(ask, person):
    ask(approvers=["ana@example.com"])

    answer = person("bob").post(f"/api/approvals/{only().id}/delegate/", {"to": "bob@example.com"})

    assert answer.status_code == 403


def test_an_owner_can_hand_over_for_somebody_who_is_away(ask, person):
    ask(approvers=["ana@example.com"])

    body = {"to": "bob@example.com", "instead_of": "ana@example.com"}

    assert person("zoe").post(f"/api/approvals/{only().id}/delegate/", body).status_code == 403
    assert person("olga", "owner").post(f"/api/approvals/{only().id}/delegate/", body).status_code == 200


def test_documents_are_there_for_those_with_the_link(acme, ask, client_of):
    from backend.files.services import file_store, reference

    stored = file_store(acme, name="invoice.pdf", content_type="application/pdf", data=b"%PDF")
    ask(approvers=["ana@example.com"], files=[reference(stored)])
    (token,) = links("ana@example.com")
    nobody = client_of(None)

    answer = nobody.get(f"/approvals/token/{token}/documents/0/")

    assert b"invoice.pdf" in nobody.get(f"/approvals/token/{token}/").content
    assert b"".join(answer.streaming_content) == b"%PDF"
    assert "attachment" in answer["Content-Disposition"]
    assert nobody.get(f"/approvals/token/{token}/documents/1/").status_code == 404
