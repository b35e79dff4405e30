"""What changes between two calls holds for the second one, although the process remembers the first one's webhook."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from backend.jobs import sql
from backend.jobs.models import Job
from backend.triggers.models import Webhook, WebhookDelivery
from backend.triggers.services import webhooks
from backend.workflows.models import Workflow, WorkflowVersion
from tests.backend.triggers.calling import post

OLD, NEW = "a token of forty characters, once upon a time", "a token of forty characters, from now onwards"


@pytest.fixture
def organization(transactional_db):
    """Committed: within a transaction nothing is remembered."""
    from backend.accounts.services.organizations import organization_create

    return organization_create(name="Acme", owner=None)


@pytest.fixture
def known_hook(client, make_hook):
    """A webhook that was called before, with its secret."""

    def make():
        hook = make_hook(auth="bearer", secret=OLD)
        for _ in range(2):  # the first one also notes when it came
            assert call(client, hook) == 202
        return hook

    return make


def call(client, hook, *, secret=OLD, body=b'{"a": 1}'):
    return post(client, hook, body, Authorization=f"Bearer {secret}").status_code


def statements(work):
    """The statements of some work."""
    seen = []

    def watch(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        work()
    return seen


CHANGES = [
    ("another address", lambda hook: webhooks.webhook_rotate(hook, what="token", now=timezone.now()), 404),
    ("another secret", lambda hook: webhooks.webhook_update(hook, values={"secret": NEW}), 401),
    ("switched off", lambda hook: Webhook.objects.filter(pk=hook.pk).update(is_active=False), 404),
    ("other methods", lambda hook: webhooks.webhook_update(hook, values={"methods": ["PUT"]}), 405),
    ("other callers", lambda hook: webhooks.webhook_update(hook, values={"ip_allow": ["203.0.113.7"]}), 403),
    ("a smaller body", lambda hook: webhooks.webhook_update(hook, values={"max_body": 3}), 413),
    ("deleted", webhooks.webhook_delete, 404),
    ("nothing", lambda hook: None, 202),
]


def test_what_has_changed_a_moment_ago_holds_at_once(client, known_hook):
    found = {}
    for name, change, _ in CHANGES:
        hook = known_hook()
        change(Webhook.objects.get(pk=hook.pk))
        before = Job.objects.count()
        status = call(client, hook)
        found[name] = status
        assert Job.objects.count() - before == (status == 202), name
        assert call(client, hook) == status, name

    assert found == {name: status for name, _, status in CHANGES}


def test_a_new_secret_is_good_at_once(client, known_hook):
    hook = known_hook()
    webhooks.webhook_update(hook, values={"secret": NEW})

    assert call(client, hook, secret=NEW) == 202


def test_what_is_published_starts_at_once_and_a_workflow_that_is_switched_off_does_not(client, known_hook, workflow):
    hook = known_hook()
    new = WorkflowVersion.objects.create(workflow=workflow, number=2, definition=workflow.definition, checksum="2")
    Workflow.objects.filter(pk=workflow.pk).update(published_version=new)

    assert call(client, hook, body=b'{"b": 2}') == 202
    newest = Job.objects.latest("id")
    assert (newest.version_id, newest.input["webhook_payload"]) == (new.pk, {"b": 2})

    Workflow.objects.filter(pk=workflow.pk).update(is_active=False)
    assert call(client, hook) == 409
    assert WebhookDelivery.objects.filter(webhook=hook, verdict="refused").count() == 1


def test_a_limit_of_the_workflow_holds_and_so_does_what_has_changed(client, known_hook, workflow):
    limited = {**workflow.definition, "settings": {"max_concurrent_jobs": 1}}
    new = WorkflowVersion.objects.create(workflow=workflow, number=2, definition=limited, checksum="2")
    Workflow.objects.filter(pk=workflow.pk).update(published_version=new)
    hook = known_hook()
    assert call(client, hook) == 202
    assert list(Job.objects.order_by("id").values_list("status", flat=True)) == ["QUEUED", "PENDING", "PENDING"]

    webhooks.webhook_update(hook, values={"secret": NEW})
    assert call(client, hook) == 401
    assert Job.objects.count() == 3


def test_a_change_while_a_call_is_under_way_holds_for_it(client, known_hook):
    """The rows are looked at by the statement that stores the job, and not a moment before."""
    hook = known_hook()

    def switched_off(execute, sql, params, many, context):
        if "INSERT INTO jobs_job" in sql and not changed:
            changed.append(sql)
            thread = threading.Thread(target=switch_off)
            thread.start()
            thread.join()
        return execute(sql, params, many, context)

    def switch_off():
        Webhook.objects.filter(pk=hook.pk).update(is_active=False)
        connection.close()

    changed = []
    if not sql.postgresql():
        pytest.skip("only on PostgreSQL is anything remembered")
    with connection.execute_wrapper(switched_off):
        assert call(client, hook) == 404
    assert Job.objects.count() == 2


def test_a_known_webhook_needs_one_statement_of_postgresql(client, known_hook):
    hook = known_hook()

    seen = statements(lambda: call(client, hook))

    assert [text.split()[0] for text in seen] == (["WITH"] if sql.postgresql() else ["SELECT", "INSERT", "INSERT"])


def test_a_webhook_that_counts_its_calls_is_not_remembered(client, make_hook):
    hooks = [make_hook(rate_limit=2), make_hook(concurrency=2)]

    answers = [[post(client, hook).status_code for _ in range(3)] for hook in hooks]

    assert answers == [[202, 202, 429]] * 2


def test_a_known_webhook_without_a_database_is_no_false_yes(client, known_hook):
    hook = known_hook()

    def down(execute, sql, params, many, context):
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(down):
        assert call(client, hook) == 503
    assert Job.objects.count() == 2
