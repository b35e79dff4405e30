"""C-38: the order of keys is that of the declaration, whatever goes through the database on the way."""

from __future__ import annotations

import json

import pytest

from backend.jobs import selectors, serializers
from backend.jobs.store import LeaseLost
from tests.workers.engine.conftest import answers, call, json_answer, lose, output, value

pytestmark = pytest.mark.django_db(transaction=True)

# PostgreSQL's `jsonb` would make d, id, aa, zeta, longest_of_all of it.
KEYS = ["zeta", "aa", "longest_of_all", "d", "id"]
RESULT = {key: dict.fromkeys(reversed(KEYS), 1) for key in KEYS}
SEEN = "{{ [list(load), list(join), list(input.order)] }}"
BRANCHES = ["south_east", "w", "north", "aa"]


def fan_out(url: str) -> list[dict]:
    """A result with keys in an order of its own, four branches, a join, and what the step behind it sees."""
    return [
        call("load", f"{url}/load"),
        {"id": "join", "type": "group", "after": ["load"], "config": {"collect": "all"}},
        *[value(branch, "list(load.zeta)", parent="join") for branch in BRANCHES],
        call("tell", f"{url}/tell", after=["join"], config={"body": SEEN}),
        output({"branches": "list(join)", "keys": "list(load)", "aa": "load", "tell": "input.order"}, after=["tell"]),
    ]  # fmt: skip


def inside(value: object) -> list[str]:
    """All keys in their order, innermost ones behind their own."""
    if isinstance(value, dict):
        return [key for name, item in value.items() for key in (name, *inside(item))]
    return [key for item in value for key in inside(item)] if isinstance(value, list) else []


def test_c38_keys_keep_their_order_up_to_the_answer(start, server, worker, other_worker) -> None:
    """After a crash everything that went before is read from the database."""
    server.answers["/load"] = json_answer(RESULT)
    server.answers["/tell"] = answers(lambda _: lose(worker), json_answer({}))
    job = start(*fan_out(server.url), input={"order": RESULT})

    with pytest.raises(LeaseLost):
        worker.advance()
    other_worker.advance()

    job.refresh_from_db()
    told = [json.loads(request.body) for request in server.seen if request.path == "/tell"]
    assert told == [[KEYS, BRANCHES, KEYS]] * 2
    assert job.status == "SUCCESS"
    assert job.output["branches"] == BRANCHES
    assert list(job.output) == ["branches", "keys", "aa", "tell"]
    assert inside(job.output["aa"]) == inside(job.output["tell"]) == inside(RESULT)
    answer = serializers.job_detail(selectors.job_get(job.organization, str(job.id)))
    steps = {step["path"]: step["output"] for step in answer["steps"]}
    assert list(steps["join"]) == BRANCHES
    assert inside(steps["load"]) == inside(answer["execution_context"]["load"]) == inside(RESULT)
    assert inside(answer["execution_context"]["order"]) == inside(RESULT)
