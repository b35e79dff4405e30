"""Pattern 4, nested decisions with effects at every leaf: C-14, C-15."""

from __future__ import annotations

import json

import pytest

from tests.workers.engine.conftest import Answer, call, json_answer, output, paths, runs, statuses, value
from tests.workers.scenarios.conftest import condition, mail, sql, values

pytestmark = pytest.mark.django_db(transaction=True)

ORDER = {"sku": "chair", "amount": 120, "backorder": False}


def processing(server) -> list[dict]:
    return [
        values("order_validation", {"is_valid": "input.amount > 0 and bool(input.sku)"}),
        condition("valid", "order_validation.is_valid == True", after=["order_validation"]),
        sql("stock", "SELECT available FROM inventory WHERE sku = {{ input.sku }} LIMIT 1", after=["valid.true"]),
        condition("in_stock", "stock.available > 0", after=["stock"]),
        call("pay", f"{server.url}/payment", after=["in_stock.true"], config={"body": {"n": "{{ input.amount }}"}}),
        condition("paid", "pay.status == 'ok'", after=["pay"]),
        sql("deduct", "UPDATE inventory SET available = available - 1 WHERE sku = {{ sku }}", after=["paid.true"]),
        mail("confirm", "Thank you", after=["deduct"]),
        call("ship", f"{server.url}/shipment", after=["confirm"]),
        values("state", {"shipped": "True"}, after=["ship"]),
        call("refund", f"{server.url}/refund", after=["paid.false"]),
        sql("log", "INSERT INTO transactions VALUES ({{ input.sku }}, {{ pay.status }})", after=["refund"]),
        condition("backorder", "input.backorder", after=["in_stock.false"]),
        sql("enqueue", "INSERT INTO backorders VALUES ({{ input.sku }})", after=["backorder.true"]),
        sql("cancel", "INSERT INTO cancellations VALUES ({{ input.sku }})", after=["backorder.false"]),
        mail("sorry", "Your order is not valid", after=["valid.false"]),
        output({"shipped": "state.shipped"}, after=["state", "log", "enqueue", "cancel", "sorry"]),
    ]  # fmt: skip


@pytest.fixture
def world(server, shop, mails):
    shop.run(
        "CREATE TABLE inventory (sku text, available integer)",
        "INSERT INTO inventory VALUES ('chair', 5), ('table', 0)",
        "CREATE TABLE transactions (sku text, status text)",
        "CREATE TABLE backorders (sku text)",
        "CREATE TABLE cancellations (sku text)",
    )
    server.answers |= {"/payment": json_answer({"status": "ok"}), "/shipment": json_answer({"id": 1})}
    server.answers["/refund"] = Answer(200)


@pytest.mark.usefixtures("world")
def test_c14_three_levels_down_in_the_order_as_drawn(run, server, shop, mails) -> None:
    job = run(*processing(server), input=ORDER)

    assert (job.status, job.output) == ("SUCCESS", {"shipped": True})
    assert shop.rows("SELECT available FROM inventory WHERE sku = 'chair'") == [(4,)]
    assert [sent.message["Subject"] for sent in mails.mails] == ["Thank you"]
    assert paths(server) == ["/payment", "/shipment"]
    done = sorted((run for run in runs(job).values() if run.status == "success"), key=lambda run: run.order)
    assert [run.path for run in done] == [
        "order_validation", "valid", "stock", "in_stock", "pay", "paid", "deduct", "confirm", "ship", "state", "out",
    ]  # fmt: skip


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("order", "payment", "taken", "requests"),
    [
        ({"amount": 0}, "ok", "sorry", []),
        ({"sku": "table", "backorder": True}, "ok", "enqueue", []),
        ({"sku": "table"}, "ok", "cancel", []),
        ({}, "declined", "log", ["/payment", "/refund"]),
    ],
    ids=["invalid", "backorder", "cancelled", "declined"],
)
def test_c15_all_other_leaves(run, server, shop, mails, order, payment, taken, requests) -> None:
    server.answers["/payment"] = json_answer({"status": payment})

    job = run(*processing(server), input={**ORDER, **order})

    # What was set in the branch that was not taken is null after it.
    assert (job.status, job.output) == ("SUCCESS", {"shipped": None})
    leaves = {"sorry", "enqueue", "cancel", "log", "ship", "deduct"}
    assert {path for path, status in statuses(job).items() if status == "success"} & leaves == {taken}
    assert paths(server) == requests
    assert len(mails.mails) == (taken == "sorry")
    assert shop.rows("SELECT available FROM inventory WHERE sku = 'chair'") == [(5,)]
    tables = {"enqueue": "backorders", "cancel": "cancellations", "log": "transactions"}
    written = {step: shop.rows(f"SELECT count(*) FROM {table}")[0][0] for step, table in tables.items()}
    assert written == {step: int(step == taken) for step in tables}


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
