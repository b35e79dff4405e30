"""Pattern 4, nested decisions: C-14, C-15. The effects of every other leaf are those that the example promises."""

from __future__ import annotations

import json

import pytest

from tests.workers.engine.conftest import call, json_answer, paths, runs, value
from tests.workers.scenarios.conftest import condition, example_steps

pytestmark = pytest.mark.django_db(transaction=True)

ORDER = {"id": "7", "email": "ann@example.com", "sku": "chair", "amount": 120, "card": "4242", "backorder": False}


@pytest.fixture
def world(server, shop, mails, connect):
    """What the example needs, under the names by which it knows it."""
    shop.run("CREATE TABLE inventory (sku text, available integer)", "INSERT INTO inventory VALUES ('chair', 5)")
    connect("services", "http", base_url=server.url)
    connect("team-mail", "smtp", **mails.config)
    server.answers |= {
        "/shop/payments": json_answer({"status": "paid"}),
        "/shop/shipments": json_answer({"id": "ship-1"}),
    }


@pytest.mark.usefixtures("world")
def test_c14_three_levels_down_in_the_order_as_drawn(run, server, shop, mails) -> None:
    job = run(*example_steps("order-processing"), input={"order": ORDER})

    assert (job.status, job.output) == ("SUCCESS", {"order": "7", "shipment": "ship-1", "status": "shipped"})
    assert shop.rows("SELECT available FROM inventory WHERE sku = 'chair'") == [(4,)]
    assert [sent.message["Subject"] for sent in mails.mails] == ["Your order 7 is on its way"]
    assert paths(server) == ["/shop/payments", "/shop/shipments"]
    done = sorted((run for run in runs(job).values() if run.status == "success"), key=lambda run: run.order)
    assert [run.path for run in done] == [
        "order_validation", "valid", "stock", "in_stock", "pay", "paid", "deduct", "ship", "confirm", "answer",
    ]  # fmt: skip


def test_c15_a_loop_in_a_branch_in_a_loop(run, server) -> None:
    server.answers["/seen"] = json_answer({})
    body = {"outer": "{{ outer_index }}", "inner": "{{ index }}", "item": "{{ inner }}"}

    job = run(
        {"id": "each", "type": "loop", "config": {"items": ["a", "b", "c"], "item": "outer"}},
        condition("always", "True", parent="each"),
        {"id": "again", "type": "loop", "parent": "each", "after": ["always.true"],
         "config": {"items": ["x", "y"], "item": "inner"}},
        call("seen", f"{server.url}/seen", parent="again", config={"body": body}),
        value("end", "outer", parent="each", after=["again"]),
    )  # fmt: skip

    assert job.status == "SUCCESS"
    assert [tuple(json.loads(seen.body).values()) for seen in server.seen] == [
        (outer, inner, item) for outer in range(3) for inner, item in enumerate("xy")
    ]
