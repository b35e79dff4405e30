"""Fan-out, map-reduce and what is side by side: C-38, C-39, C-40, C-52."""

from __future__ import annotations

import threading

import pytest

from tests.workers.engine.conftest import Answer, call, json_answer, output, paths, runs, statuses, value

pytestmark = pytest.mark.django_db(transaction=True)


def group(id_: str = "both", **config: object) -> dict:
    return {"id": id_, "type": "group", "config": {"collect": "all", **config}}


def test_c38_four_branches_are_at_work_at_the_same_time(run, server) -> None:
    meeting = threading.Barrier(4)  # passes only if all four are there
    for name in "zxya":
        server.answers[f"/{name}"] = Answer(write=lambda handler: _meet(handler, meeting))

    job = run(
        group(),
        *[call(name, f"{server.url}/{name}", parent="both") for name in "zxya"],
        output({"names": "list(both)"}, after=["both"]),
    )

    assert job.status == "SUCCESS"
    assert job.output["names"] == ["z", "x", "y", "a"]
    assert not meeting.broken


def _meet(handler, meeting: threading.Barrier) -> None:
    meeting.wait(20)
    handler.send_response(200)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def test_c38_of_many_parallel_runs_no_result_is_lost(run, server) -> None:
    job = run(
        {"id": "each", "type": "loop", "config": {"times": 200, "concurrency": 8}},
        {**group(), "parent": "each"},
        *[
            value(f"b{n}", f"[index, {n}]", parent="both")
            for n in range(4)
        ],
        output({"all": "each"}, after=["each"]),
    )  # fmt: skip

    assert job.status == "SUCCESS"
    for index, found in enumerate(job.output["all"]):
        assert [found[f"b{n}"]["value"] for n in range(4)] == [[index, n] for n in range(4)]


@pytest.mark.parametrize(
    ("policy", "status", "slow"), [("stop", "FAILED", "cancelled"), ("finish", "FAILED", "success"),
                                   ("continue", "SUCCESS", "success")]
)  # fmt: skip
def test_c39_one_branch_fails(run, server, policy, status, slow) -> None:
    failed = threading.Event()

    def fail(handler) -> None:
        failed.set()
        handler.send_response(404)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server.answers["/bad"] = Answer(write=fail)
    server.answers["/slow"] = Answer(write=lambda handler: _slow(handler, failed, forever=policy == "stop"))

    job = run(
        group(on_failure=policy),
        call("ok", f"{server.url}/slow", parent="both"),
        call("bad", f"{server.url}/bad", parent="both"),
        output({"all": "both"}, after=["both"]),
    )

    assert job.status == status
    assert (statuses(job)["ok"], statuses(job)["bad"]) == (slow, "failed")
    if policy == "continue":
        assert job.output["all"]["bad"]["error"]["type"] == "http_404"
        assert job.output["all"].keys() == {"ok", "bad"}


def _slow(handler, failed: threading.Event, *, forever: bool) -> None:
    failed.wait(20)
    if forever:
        handler.server.stopping.wait(20)
    handler.send_response(200)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def map_reduce(words: str) -> list[dict]:
    chunks = f"[({words})[n:n + 10] for n in range(0, len({words}), 10)]"
    return [
        value("chunks", chunks),
        {"id": "map", "type": "loop", "after": ["chunks"],
         "config": {"items": "{{ chunks.value }}", "concurrency": 8, "on_item_error": "collect"}},
        value("upper", "[word.upper() for word in item]", parent="map"),
        value("reduce", "[word for part in map for word in part.value]", after=["map"]),
        output({"words": "reduce.value", "parts": "len(map)", "errors": "loop.errors"}, after=["reduce"]),
    ]  # fmt: skip


def test_c40_a_thousand_words_by_tens(run) -> None:
    words = [f"word{n}" for n in range(1000)]

    job = run(*map_reduce("input.words"), input={"words": words})

    assert job.output == {"words": [word.upper() for word in words], "parts": 100, "errors": []}
    assert sum(path.endswith(".upper") for path in runs(job)) == 100


def test_c40_nothing_to_map(run) -> None:
    assert run(*map_reduce("input.words"), input={"words": []}).output == {"words": [], "parts": 0, "errors": []}


def test_c40_one_poisoned_chunk(run) -> None:
    words = [f"word{n}" if n != 503 else 7 for n in range(1000)]

    job = run(*map_reduce("input.words"), input={"words": words})

    assert (job.status, len(job.output["words"]), job.output["parts"]) == ("SUCCESS", 990, 99)
    assert [error["index"] for error in job.output["errors"]] == [50]


def test_c52_nobody_waits_for_a_layer(run, server) -> None:
    """What follows the quick branch runs while the slow one is still at work."""
    followed = threading.Event()

    def follow(handler) -> None:
        followed.set()
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server.answers["/a"] = json_answer({})
    server.answers["/a2"] = Answer(write=follow)
    server.answers["/b"] = Answer(write=lambda handler: _slow(handler, followed, forever=False))

    job = run(call("a", f"{server.url}/a"), call("b", f"{server.url}/b"), call("a2", f"{server.url}/a2", after=["a"]))

    assert job.status == "SUCCESS"
    assert followed.is_set()
    assert sorted(paths(server)) == ["/a", "/a2", "/b"]
