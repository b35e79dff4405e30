"""Pattern 2, ten thousand users in batches of a hundred: C-07, C-09, and what an error in it comes to: C-11."""

from __future__ import annotations

import pytest

from backend.jobs.models import StepRun
from backend.jobs.selectors import events_after
from tests.workers.engine.conftest import Answer, answers, call, json_answer, output
from tests.workers.scenarios.conftest import mail, sql, values

pytestmark = pytest.mark.django_db(transaction=True)


def importing(*, size: int = 100) -> list[dict]:
    batches = f"[webhook_payload.users[n:n + {size}] for n in range(0, len(webhook_payload.users), {size})]"
    return [
        values("prepared_data", {"batches": batches, "first": "webhook_payload.users[0].email"}),
        {"id": "each", "type": "loop", "after": ["prepared_data"],
         "config": {"items": "{{ prepared_data.batches }}", "item": "current_batch"}},
        sql("insert", "INSERT INTO users (email, name, created_at) VALUES {{ batch_item }}", parent="each"),
        values("progress", {"processed": "loop.index + 1", "total": "loop.length",
                            "percentage": "(loop.index + 1) * 100.0 / loop.length"}, parent="each", after=["insert"]),
        mail("tell", "Import Complete", "{{ len(webhook_payload.users) }} users imported in {{ len(each) }} batches",
             after=["each"]),
        output({"last": "item_last", "first": "prepared_data.first"}, after=["tell"]),
    ]  # fmt: skip


def users(number: int) -> dict:
    return {"users": [{"email": f"u{n}@example.com", "name": f"User {n}", "created_at": None} for n in range(number)]}


def test_c07_ten_thousand_users_in_a_hundred_statements(run, shop, mails) -> None:
    shop.run("CREATE TABLE users (email text, name text, created_at text)")

    job = run(*importing(), input={"webhook_payload": users(10_000)})

    assert job.status == "SUCCESS"
    assert job.output["last"] == {"processed": 100, "total": 100, "percentage": 100.0}
    assert shop.rows("SELECT count(*), count(DISTINCT email) FROM users") == [(10_000, 10_000)]
    assert StepRun.objects.filter(job=job, step="insert", status="success").count() == 100
    (sent,) = mails.mails
    assert sent.message["Subject"] == "Import Complete"
    assert "10000 users imported in 100 batches" in sent.text
    told = [data for _, data in events_after(job.id, seq=0) if data["type"] == "step.progress"]
    assert [event["done"] for event in told] == list(range(1, 101))
    # What is kept of each iteration is its own result: no copies of all users.
    kept = StepRun.objects.filter(job=job, path__startswith="each[").values_list("output", "input")
    assert max(len(str(row)) for row in kept) < 20_000


def test_c09_hostile_names_and_nulls_are_stored_as_they_are(run, shop, mails) -> None:
    shop.run("CREATE TABLE users (email text, name text, created_at text)")
    payload = users(3)
    payload["users"][1]["name"] = "Robert'); DROP TABLE users;--"
    payload["users"][2]["email"] = None

    job = run(*importing(size=2), input={"webhook_payload": payload})

    assert job.output["first"] == "u0@example.com"
    assert shop.rows("SELECT name FROM users WHERE email = 'u1@example.com'") == [("Robert'); DROP TABLE users;--",)]
    assert shop.rows("SELECT name FROM users WHERE email IS NULL") == [("User 2",)]


def test_c11_collected_errors_are_told_by_mail(run, server, mails) -> None:
    bad, good = Answer(404), json_answer({})
    server.answers["/item"] = answers(*[bad if n in {3, 7} else good for n in range(1, 11)])

    job = run(
        {"id": "each", "type": "loop", "config": {"items": list(range(1, 11)), "on_item_error": "collect"}},
        call("send", f"{server.url}/item", parent="each"),
        mail("tell", "{{ len(loop.errors) }} of 10 failed", after=["each"]),
        output({"errors": "[[e.index, e.item] for e in loop.errors]", "n": "len(each)"}, after=["tell"]),
    )

    assert (job.status, len(server.seen)) == ("SUCCESS", 10)
    assert job.output == {"errors": [[2, 3], [6, 7]], "n": 8}
    assert job.warnings == [{"step": "each", "message": "2 of 10 iterations failed"}]
    assert [sent.message["Subject"] for sent in mails.mails] == ["2 of 10 failed"]
