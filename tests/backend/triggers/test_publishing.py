"""Publishing over HTTP: triggers become rows, and what people set on those since outlives publishing again."""

from __future__ import annotations

import pytest

from backend.triggers.models import Follower, Form, Schedule, WatchedMailbox, Webhook
from backend.triggers.services import followers, mailboxes
from tests.backend.triggers.flows import ASK, CALL, JSON, NIGHTLY


def test_publishing_leaves_what_was_changed_on_a_schedule(flow):
    flow.publish(NIGHTLY)
    flow.change("schedules", Schedule.objects.get(), cron="0 9 * * *", is_active=False)

    flow.publish(NIGHTLY, description="Unrelated")
    flow.publish(NIGHTLY | {"overlap": "skip", "kind": "cron"})

    row = Schedule.objects.get()
    assert (row.cron, row.is_active, row.next_due_at, row.overlap) == ("0 9 * * *", False, None, "skip")


def test_publishing_brings_in_what_the_document_changes(flow):
    flow.publish(NIGHTLY)
    flow.change("schedules", Schedule.objects.get(), every_seconds=60, kind="interval", max_runs=7)

    flow.publish(NIGHTLY | {"cron": "0 3 * * *"})

    row = Schedule.objects.get()
    assert (row.kind, row.cron, row.every_seconds, row.max_runs) == ("cron", "0 3 * * *", None, 7)


def test_another_kind_on_a_row_outlives_publishing(flow):
    flow.publish(NIGHTLY)
    flow.change("schedules", Schedule.objects.get(), every_seconds=60, kind="interval")

    flow.publish(NIGHTLY | {"kind": "cron"}, description="Unrelated")

    assert (Schedule.objects.get().kind, Schedule.objects.get().every_seconds) == ("interval", 60)


def test_a_moment_without_an_offset_goes_with_the_documents_time_zone(flow):
    once = {"id": "once", "type": "schedule", "at": "2099-06-01T08:00:00"}
    flow.publish(once)
    flow.change("schedules", Schedule.objects.get(), timezone="Asia/Tokyo")

    flow.publish(once | {"timezone": "Europe/Bucharest"})

    row = Schedule.objects.get()
    assert (row.timezone, row.at.isoformat()) == ("Europe/Bucharest", "2099-06-01T05:00:00+00:00")


def test_a_removed_trigger_comes_back_active_and_as_the_document_says(flow):
    flow.publish(NIGHTLY, CALL, ASK)
    flow.change("schedules", Schedule.objects.get(), cron="0 9 * * *", is_active=False)
    flow.publish()
    gone = [row.objects.get().is_active for row in (Schedule, Webhook, Form)]

    flow.publish(NIGHTLY, CALL, ASK)

    assert gone == [False] * 3
    assert [row.objects.get().is_active for row in (Schedule, Webhook, Form)] == [True] * 3
    assert Schedule.objects.get().cron == "0 2 * * *"


def test_publishing_leaves_what_was_changed_on_a_webhook(flow):
    flow.publish(CALL)
    flow.change("webhooks", Webhook.objects.get(), auth="bearer", ip_allow=["203.0.113.7"], is_active=False)
    secret = Webhook.objects.get().secret

    flow.publish(CALL | {"timeout": 5}, description="Another timeout")

    row = Webhook.objects.get()
    assert (row.auth, row.secret, row.ip_allow, row.is_active) == ("bearer", secret, ["203.0.113.7/32"], False)
    assert row.timeout == 5


def test_the_document_closes_a_webhook_that_was_opened(flow):
    flow.publish(CALL | {"auth": "hmac"})
    flow.change("webhooks", Webhook.objects.get(), auth="none")

    flow.publish(CALL | {"auth": "bearer"})

    assert Webhook.objects.get().auth == "bearer"


def test_publishing_leaves_what_was_changed_on_a_form(flow):
    flow.publish(ASK)
    flow.change("forms", Form.objects.get(), title="Ask us", is_active=False)

    flow.publish(ASK | {"access": "members"})

    assert (Form.objects.get().title, Form.objects.get().is_active) == ("Ask us", False)
    assert Form.objects.get().access == "members"


def test_mailboxes_and_followers_take_over_only_what_has_changed(workflow):
    post = {"id": "post", "type": "mailbox", "connector": "inbox"}
    after = {"id": "after", "type": "workflow", "workflow": "report"}
    for listener in (mailboxes.workflow_published, followers.workflow_published):
        listener(workflow, [post, after])
    WatchedMailbox.objects.update(is_active=False, due_at=None, validity=1, last_number=5)
    Follower.objects.update(is_active=False, on="always")

    changed = [post | {"every_seconds": 300}, after | {"workflow": "intake"}]
    for listener in (mailboxes.workflow_published, followers.workflow_published):
        listener(workflow, changed, before=[post, after])

    box, follower = WatchedMailbox.objects.get(), Follower.objects.get()
    assert (box.is_active, box.due_at, box.last_number, box.every_seconds) == (False, None, 5, 300)
    assert (follower.is_active, follower.on, follower.followed) == (False, "always", "intake")


def test_what_only_publishing_can_refuse_is_told_at_the_triggers_place(flow):
    flow.client.patch("/api/schedules/settings/", {"minimum_interval": 300}, content_type=JSON)

    assert flow.publish_refused(CALL, NIGHTLY | {"cron": "* * * * *"}) == ["triggers[1].cron"]


@pytest.mark.parametrize(
    ("trigger", "field"),
    [
        ({"type": "schedule", "at": "9999-12-31T23:59:59-14:00"}, "at"),
        ({"type": "schedule", "cron": "0 9 * * *", "starts_at": "9999-12-31T23:59:59Z"}, "starts_at"),
        ({"type": "schedule", "every_seconds": 10**15}, "every_seconds"),
        ({"type": "webhook", "ip_allow": ["x"]}, "ip_allow"),
        ({"type": "webhook", "idempotency_header": "a b\n"}, "idempotency_header"),
    ],
)
def test_what_a_trigger_cannot_be_is_refused_where_validation_says_it(flow, trigger, field):
    assert flow.publish_refused({"id": "t", **trigger}) == [f"triggers[0].{field}"]
    judged = flow.client.post("/api/workflows/flow/validate/", {}, content_type=JSON).json()

    assert [problem["path"] for problem in judged["errors"]] == [f"triggers[0].{field}"]
