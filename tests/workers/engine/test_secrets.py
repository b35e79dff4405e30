"""Secrets reach where they are meant to go, and leave no trace in what is stored."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.db import connection

from backend.accounts.actor import Actor
from backend.accounts.models import Organization
from backend.connectors.models import Variable
from backend.connectors.services.secrets import secret_set
from backend.jobs.models import Job
from tests.databases import PASSWORD, mariadb
from tests.http_server import Server
from tests.workers.engine.conftest import call, json_answer, output, runs, value

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "sup3r/s3cret+value=1"


@pytest.fixture
def token(acme: Organization) -> str:
    actor = Actor(user=None, api_key=None, organization=acme, role="owner")
    secret_set(actor, key="TOKEN", value=SECRET, values={})
    return SECRET


def stored_text() -> str:
    """Every row of every table of ours."""
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if name.startswith(("jobs_", "work"))]
        rows = []
        for name in names:
            cursor.execute(f'SELECT * FROM "{name}"')
            rows.append(repr(cursor.fetchall()))
    return "\n".join(rows)


def test_a_secret_in_a_header_arrives_and_is_masked_in_what_comes_back(
    run: Callable[..., Job], server: Server, token: str
) -> None:
    """C-66: it arrives, and leaves no trace in any form."""
    pair = base64.b64encode(f"user:{token}".encode()).decode()
    echo = {"plain": f"got {token}", "url": quote(token, safe=""), "hex": token.encode().hex(), "basic": pair}
    server.answers["/"] = json_answer(echo)

    job = run(
        call("call", server.url + "/", config={"headers": {"X-Key": "Key {{ secrets.TOKEN }}"}}),
        output({"seen": "call"}, after=["call"]),
    )

    assert job.status == "SUCCESS", job.error
    assert server.seen[0].headers["x-key"] == f"Key {token}"
    seen = job.output["seen"]
    assert seen["plain"] == "got ***"
    assert (seen["url"], seen["hex"]) == ("***", "***")
    everything = stored_text()
    forms = (token, json.dumps(token)[1:-1], quote(token, safe=""), token.encode().hex(), pair[8:-4])
    assert not any(form in everything for form in forms)


def test_errors_are_masked(run: Callable[..., Job], server: Server, token: str) -> None:
    server.answers["/"] = json_answer({"message": f"bad token {token}"}, status=403)

    job = run(call("call", server.url + "/", config={"auth": {"type": "bearer", "token": "{{ secrets.TOKEN }}"}}))

    assert job.status == "FAILED"
    assert "***" in job.error["message"]
    assert token not in stored_text()


def test_a_secret_has_no_place_elsewhere(run: Callable[..., Job], server: Server, token: str) -> None:
    job = run(call("call", server.url + "/{{ secrets.TOKEN }}"))

    assert (job.status, job.error["type"]) == ("FAILED", "expression")
    assert server.seen == []


def test_an_unknown_secret_fails_the_step_with_a_suggestion(
    run: Callable[..., Job], server: Server, token: str
) -> None:
    job = run(call("call", server.url + "/", config={"headers": {"X": "{{ secrets.TOKE }}"}}))

    assert job.error["type"] == "secret"
    assert job.error["message"] == "There is no secret “TOKE”. Did you mean “TOKEN”?"


def test_a_bound_secret_stays_with_its_hosts(run: Callable[..., Job], server: Server, acme: Organization) -> None:
    actor = Actor(user=None, api_key=None, organization=acme, role="owner")
    secret_set(actor, key="BOUND", value="another-secret", values={"allowed_hosts": ["api.example.com"]})

    job = run(call("call", server.url + "/", config={"headers": {"X": "{{ secrets.BOUND }}"}}))

    assert job.error["type"] == "secret"
    assert "may only be sent to api.example.com, and this step sends it to 127.0.0.1" in job.error["message"]
    assert server.seen == []


def test_the_value_of_the_next_job_is_the_new_one(
    run: Callable[..., Job], server: Server, token: str, acme: Organization
) -> None:
    """C-66: rotation takes effect for the next job."""
    server.answers["/"] = json_answer({})
    step = call("call", server.url + "/", config={"headers": {"X": "{{ secrets.TOKEN }}"}})
    run(step)
    secret_set(Actor(None, None, acme, "owner"), key="TOKEN", value="rotated-value", values={})
    run(step)

    assert [seen.headers["x"] for seen in server.seen] == [token, "rotated-value"]


def test_variables_are_in_scope(run: Callable[..., Job], acme: Organization) -> None:
    Variable.objects.create(organization=acme, key="LIMIT", value=40)

    job = run(value("sum", "vars.LIMIT + 2"), output({"sum": "sum.value", "none": "vars.OTHER"}, after=["sum"]))

    assert job.output == {"sum": 42, "none": None}


def test_the_input_shown_beside_the_canvas_is_masked(run: Callable[..., Job], server: Server, token: str) -> None:
    server.answers["/"] = json_answer({})
    job = run(call("call", server.url + "/", config={"headers": {"X": "Key {{ secrets.TOKEN }}"}}))

    assert runs(job)["call"].input["headers"] == {"X": "Key ***"}


def test_a_secret_as_the_password_of_a_database(
    run: Callable[..., Job], connect: Callable[..., None], acme: Organization
) -> None:
    """C-66: it opens the database, leaves no trace, and what is entered anew counts for the next job."""
    config = {**mariadb(), "password": "{{ secrets.DB_PASSWORD }}"}
    actor = Actor(user=None, api_key=None, organization=acme, role="owner")
    secret_set(actor, key="DB_PASSWORD", value=PASSWORD, values={})
    connect("crm", "mysql", **config)
    step = {
        "id": "ask",
        "type": "database",
        "config": {"connector": "crm", "query": "SELECT 42 AS n", "fetch": "value"},
    }

    good = run(step, output({"n": "ask"}, after=["ask"]))
    secret_set(actor, key="DB_PASSWORD", value="wrong-violin-0815", values={})
    bad = run({**step, "config": {**step["config"], "query": "SELECT 43 AS n"}})

    assert (good.status, good.output) == ("SUCCESS", {"n": 42}), good.error
    assert bad.status == "FAILED"
    assert "password is refused" in bad.error["message"]
    everything = stored_text()
    for value_ in (PASSWORD, "wrong-violin-0815"):
        for form in (value_, quote(value_, safe=""), value_.encode().hex(), base64.b64encode(value_.encode()).decode()):
            assert form not in everything
