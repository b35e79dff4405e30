"""Patterns 7 and 8 as their texts print them, with tables of one's own: C-22, C-25."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.workers.engine.conftest import Answer, call, json_answer, output, runs
from tests.workers.scenarios.conftest import condition, sql, values

pytestmark = pytest.mark.django_db(transaction=True)

OPEN_LONG = "circuit_state.status == 'open' AND circuit_state.since < datetime.now() - timedelta(minutes=5)"


def breaker(server) -> list[dict]:
    return [
        sql(
            "circuit",
            "SELECT * FROM circuit_breaker WHERE service = 'payment_api' ORDER BY updated_at DESC LIMIT 1",
            output="circuit_state",
        ),
        condition("passed", OPEN_LONG, after=["circuit"]),
        sql("reset", "UPDATE circuit_breaker SET status = 'half_open'", after=["passed.true"]),
        condition("open", "circuit_state is not None AND circuit_state.status == 'open'", after=["passed.false"]),
        call("ask", f"{server.url}/payment", after=["open.false"], output="answer", on_error="continue"),
        condition("well", "answer is not None", after=["ask.done"]),
        sql("stay", "UPDATE circuit_breaker SET status = 'closed'", after=["well.true"]),
        sql("trip", "UPDATE circuit_breaker SET status = 'open', since = NOW()", after=["well.false"]),
        values("cached", {"value": "'from the cache'"}, after=["open.true"]),
        output({"value": "answer.value if answer else (cached.value if cached else None)"},
               after=["reset", "stay", "trip", "cached"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "status", "value", "asked", "after"),
    [
        (None, 200, "fresh", 1, []),
        (("open", 10), 200, None, 0, ["half_open"]),
        (("open", 1), 200, "from the cache", 0, ["open"]),
        (("closed", 60), 200, "fresh", 1, ["closed"]),
        (("closed", 60), 500, None, 1, ["open"]),
    ],
    ids=["no row", "open for long", "open just now", "closed", "closed and it fails"],
)
def test_c22_a_circuit_in_a_table(run, server, shop, row, status, value, asked, after) -> None:
    shop.run("CREATE TABLE circuit_breaker (service text, status text, since timestamp, updated_at timestamp)")
    if row:
        since = (datetime.now(UTC) - timedelta(minutes=row[1])).isoformat()
        shop.run(f"INSERT INTO circuit_breaker VALUES ('payment_api', '{row[0]}', '{since}', '{since}')")
    server.answers["/payment"] = json_answer({"value": "fresh"}, status=status)

    job = run(*breaker(server))

    assert (job.status, job.output) == ("SUCCESS", {"value": value})
    assert len(server.seen) == asked
    assert [found for (found,) in shop.rows("SELECT status FROM circuit_breaker")] == after
    if status == 500:
        ((since,),) = shop.rows("SELECT since FROM circuit_breaker")
        assert datetime.now(UTC) - datetime.fromisoformat(since).replace(tzinfo=UTC) < timedelta(minutes=1)


def cached(server) -> list[dict]:
    later = "{{ (datetime.now() + timedelta(hours=1)).isoformat() }}"
    return [
        sql("look", "SELECT * FROM cache WHERE key = 'products_list' AND expires_at > {{ datetime.now().isoformat() }}"
                    " LIMIT 1", output="cached_data"),
        condition("hit", "cached_data is not None", after=["look"]),
        values("kept", {"list": "json.loads(cached_data.value)", "log": "'cache hit'"}, after=["hit.true"]),
        call("fetch", f"{server.url}/products", after=["hit.false"], config={"method": "GET"}),
        sql("store", f"INSERT INTO cache VALUES ('products_list', {{{{ json.dumps(fetch) }}}}, '{later}')",
            after=["fetch"]),
        values("final_products", {"list": "kept.list if kept else fetch"}, after=["kept", "store"]),
        output({"products": "final_products.list"}, after=["final_products"]),
    ]  # fmt: skip


def test_c25_a_cache_in_a_table(run, server, shop) -> None:
    shop.run("CREATE TABLE cache (key text, value text, expires_at text)")
    server.answers["/products"] = json_answer([{"sku": "chair"}])

    miss, hit = run(*cached(server)), run(*cached(server))

    assert miss.output == hit.output == {"products": [{"sku": "chair"}]}
    assert len(server.seen) == 1
    assert runs(hit)["kept"].output["log"] == "cache hit"
    ((value, expires),) = shop.rows("SELECT value, expires_at FROM cache")
    assert json.loads(value) == [{"sku": "chair"}]
    left = datetime.fromisoformat(expires) - datetime.now(UTC)
    assert timedelta(minutes=59) < left <= timedelta(hours=1)

    shop.run(f"UPDATE cache SET expires_at = '{(datetime.now(UTC) - timedelta(minutes=1)).isoformat()}'")
    server.answers["/products"] = json_answer([])
    late = run(*cached(server))

    assert late.output == {"products": []}
    assert len(server.seen) == 2


def test_c25_a_source_that_fails_leaves_nothing_in_the_cache(run, server, shop) -> None:
    shop.run("CREATE TABLE cache (key text, value text, expires_at text)")
    server.answers["/products"] = Answer(500)

    assert run(*cached(server)).status == "FAILED"
    assert shop.rows("SELECT * FROM cache") == []
