"""Loops: names, nesting, limits, errors, breaks."""

from __future__ import annotations

import threading

import pytest

from tests.waiting import Meeting
from tests.workers.engine.conftest import Answer, answers, call, events, json_answer, output, statuses, value
from workers.engine.flow import flow

pytestmark = pytest.mark.django_db(transaction=True)


def loop(config: dict, **options: object) -> dict:
    return {"id": "each", "type": "loop", "config": config, **options}


def test_c08_names_in_a_loop(run) -> None:
    """C-08, with the two below: every name by which an iteration knows its item, and what is left after the loop."""
    names = "[current_batch, batch_item, batch_index, index, loop.first, loop.last]"
    job = run(
        loop({"items": [10, 20, 30], "item": "current_batch"}),
        value("body", names, parent="each"),
        output({"all": "each", "last": "item_last", "own": "current_batch_last"}, after=["each"]),
    )

    expected = [[10, 10, 0, 0, True, False], [20, 20, 1, 1, False, False], [30, 30, 2, 2, False, True]]
    assert [entry["value"] for entry in job.output["all"]] == expected
    assert job.output["last"] == job.output["own"] == {"value": expected[-1]}


def test_paths_and_progress(run) -> None:
    job = run(loop({"items": "{{ input.items }}"}), value("body", "item", parent="each"), input={"items": ["a", "b"]})

    assert statuses(job) == {"each": "success", "each[0].body": "success", "each[1].body": "success"}
    assert events(job).count("step.progress") == 2


def test_loops_nest_and_inner_names_shadow(run) -> None:
    job = run(
        loop({"items": [1, 2, 3], "item": "outer"}),
        {"id": "inner", "type": "loop", "parent": "each", "config": {"items": ["x", "y"], "item": "letter"}},
        value("body", "[outer, letter, outer_index, index]", parent="inner"),
        output({"all": "each"}, after=["each"]),
    )

    flat = [entry["value"] for inner in job.output["all"] for entry in inner]
    assert flat == [[n, letter, n - 1, i] for n in (1, 2, 3) for i, letter in enumerate("xy")]
    assert "each[2].inner[1].body" in statuses(job)


def test_an_output_step_in_the_body_is_the_iterations_result_only(run) -> None:
    job = run(
        loop({"items": [1, 2]}),
        {"id": "give", "type": "output", "parent": "each", "config": {"values": {"n": "item"}}},
        value("later", "'not me'", parent="each", after=["give"]),
    )

    assert job.output is None
    job.refresh_from_db()
    assert [run.output for run in job.steps.filter(path="each")] == [[{"n": 1}, {"n": 2}]]


def test_the_limit_fails_or_stops(run) -> None:
    body = value("body", "item", parent="each")
    items = list(range(10))

    failed = run(loop({"items": items, "max_iterations": 5}), body)
    stopped = run(
        loop({"items": items, "max_iterations": 5, "on_limit": "stop"}),
        body,
        output({"n": "len(each)"}, after=["each"]),
    )

    assert failed.status == "FAILED"
    assert "maxIterations 5 reached" in failed.error["message"]
    assert stopped.output == {"n": 5}


def test_break_when(run) -> None:
    job = run(
        loop({"items": list(range(1, 11)), "break_when": "item == 4"}),
        value("body", "item", parent="each"),
        output({"n": "len(each)", "broken": "loop.broken"}, after=["each"]),
    )

    assert job.output == {"n": 4, "broken": True}


def test_while_goes_on_with_the_last_result(run) -> None:
    job = run(
        loop({"while": "item_last is None or item_last.value < 8"}),
        value("body", "(item_last.value if item_last else 1) * 2", parent="each"),
        output({"last": "item_last.value", "n": "loop.length"}, after=["each"]),
    )

    assert job.output == {"last": 8, "n": 3}


def test_errors_are_collected(run, server) -> None:
    bad, good = Answer(404), json_answer({})
    server.answers["/item"] = answers(*[bad if n in {3, 7} else good for n in range(1, 11)])
    job = run(
        loop({"items": list(range(1, 11)), "on_item_error": "collect"}),
        call("send", f"{server.url}/item", parent="each"),
        output({"errors": "[[e.index, e.item] for e in loop.errors]", "n": "len(each)"}, after=["each"]),
    )

    assert job.status == "SUCCESS"
    assert job.output == {"errors": [[2, 3], [6, 7]], "n": 8}
    assert job.warnings == [{"step": "each", "message": "2 of 10 iterations failed"}]


def test_an_error_ends_the_loop_unless_collected(run, server) -> None:
    server.answers["/item"] = answers(json_answer({}), Answer(404))
    job = run(loop({"items": [1, 2, 3, 4]}), call("send", f"{server.url}/item", parent="each"))

    assert job.status == "FAILED"
    assert "Iteration 1" in job.error["message"]
    assert len(server.seen) == 2
    assert statuses(job)["each"] == "failed"


def test_what_a_body_knew_is_forgotten_with_its_iteration(run) -> None:
    job = run(
        loop({"items": [1, 2]}),
        {"id": "first", "type": "condition", "parent": "each", "config": {"expression": "index == 0"}},
        value("seen", "item", parent="each", after=["first.true"]),
        value("result", "seen", parent="each", after=["seen", "seen.skipped"]),
        output({"all": "[r.value for r in each]", "outside": "seen"}, after=["each"]),
    )

    assert job.output == {"all": [{"value": 1}, None], "outside": None}


@pytest.mark.parametrize(
    ("items", "expected"), [([], []), (None, []), ({"a": 1}, [{"key": "a", "value": 1}]), ("[1]", [1])]
)
def test_c08_what_can_be_gone_through(run, items, expected) -> None:
    job = run(
        loop({"items": "{{ input.items }}"}),
        value("body", "item", parent="each"),
        output({"all": "[r.value for r in each]"}, after=["each"]),
        input={"items": items},
    )

    assert job.output == {"all": expected}


def test_c08_a_number_cannot_be_gone_through(run) -> None:
    job = run(loop({"items": "{{ input.items }}"}), value("body", "item", parent="each"), input={"items": 3})

    assert job.status == "FAILED"
    assert job.error["step"] == "each"
    assert "list" in job.error["message"]


def test_a_fallback_is_the_iterations_result(run, server) -> None:
    server.answers["/item"] = answers(json_answer({"n": 1}), Answer(404))
    job = run(
        loop({"items": [1, 2]}),
        call("send", f"{server.url}/item", parent="each", on_error={"fallback": {"n": 0}}),
        output({"all": "[r.n for r in each]"}, after=["each"]),
    )

    assert job.output == {"all": [1, 0]}


def test_while_and_break_see_what_the_last_iteration_gave(run) -> None:
    counted = value("page", "index + 1", parent="each")
    while_loop = run(
        loop({"while": "page is None or page.value < 3"}), counted, output({"n": "loop.length"}, after=["each"])
    )
    broken = run(
        loop({"times": 10, "break_when": "page.value == 2 and item_last.value == 2"}),
        counted,
        output({"n": "loop.length"}, after=["each"]),
    )

    assert while_loop.output == {"n": 3}
    assert broken.output == {"n": 2}


def test_an_inner_loop_gives_the_generic_names_back(run) -> None:
    job = run(
        loop({"items": ["a", "b"]}),
        {"id": "inner", "type": "loop", "parent": "each", "config": {"items": [1, 2, 3], "item": "n"}},
        value("body", "n", parent="inner"),
        value("after", "[item, loop.index, loop.length, loop.last, n_last.value]", parent="each", after=["inner"]),
        output({"all": "[r.value for r in each]"}, after=["each"]),
    )

    assert job.output == {"all": [["a", 0, 2, False, 3], ["b", 1, 2, True, 3]]}


def test_the_results_of_a_loop_are_limited_together(run, settings) -> None:
    settings.MAX_OUTPUT_BYTES = 100
    job = run(loop({"times": 50}), value("body", "'x' * 20", parent="each"))

    assert (job.status, job.error["type"], job.error["step"]) == ("FAILED", "too_large", "each")


def test_the_steps_of_a_job_are_limited(run, monkeypatch) -> None:
    monkeypatch.setattr(flow, "MAX_STEP_RUNS", 20)
    job = run(loop({"times": 50}), value("body", "1", parent="each"))

    assert (job.status, job.error["type"]) == ("FAILED", "limit")
    assert "20 steps" in job.error["message"]
    assert len(statuses(job)) <= 21


# --- side by side -----------------------------------------------------------------------------------------------------


def test_iterations_run_side_by_side_and_give_their_results_in_order(run, server) -> None:
    together = threading.Barrier(3, timeout=20)

    def meet(handler) -> None:
        together.wait()

    server.answers["/item"] = answers(meet)
    job = run(
        loop({"items": [3, 1, 2], "concurrency": 3}),
        call("send", f"{server.url}/item", parent="each"),
        value("n", "item", parent="each", after=["send"]),
        output({"all": "[r.value for r in each]", "last": "item_last.value"}, after=["each"]),
    )

    assert job.output == {"all": [3, 1, 2], "last": 2}


def test_never_more_iterations_at_once_than_allowed(run, server) -> None:
    meeting = Meeting(3)
    server.answers["/item"] = answers(lambda _: meeting.visit())
    job = run(loop({"times": 9, "concurrency": 3}), call("send", f"{server.url}/item", parent="each"))

    assert job.status == "SUCCESS"
    assert meeting.most == 3


def test_a_failure_side_by_side_stops_the_others(run, server) -> None:
    server.answers["/slow"] = Answer(write=lambda handler: handler.server.stopping.wait(20))
    server.answers["/bad"] = Answer(404)
    job = run(
        loop({"items": ["slow", "bad", "slow", "slow"], "concurrency": 2}),
        call("send", f"{server.url}/{{{{ item }}}}", parent="each"),
    )

    assert job.status == "FAILED"
    assert "Iteration 1" in job.error["message"]
    assert statuses(job) == {"each": "failed", "each[0].send": "cancelled", "each[1].send": "failed"}


def test_errors_side_by_side_are_listed_in_order(run) -> None:
    job = run(
        loop({"items": [1, 0, 2, 0], "concurrency": 4, "on_item_error": "continue"}),
        value("body", "10 // item", parent="each"),
        output({"all": "[r and r.value for r in each]", "errors": "[e.index for e in loop.errors]"}, after=["each"]),
    )

    assert job.output == {"all": [10, None, 5, None], "errors": [1, 3]}


def test_a_break_side_by_side_starts_nothing_more(run) -> None:
    job = run(
        loop({"times": 100, "concurrency": 2, "break_when": "index >= 3"}),
        value("body", "index", parent="each"),
        output({"broken": "loop.broken", "few": "len(each) < 10"}, after=["each"]),
    )

    assert job.output == {"broken": True, "few": True}


def test_the_time_limit_of_a_loop(run, server) -> None:
    server.answers["/slow"] = Answer(write=lambda handler: handler.server.stopping.wait(20))
    job = run(
        loop({"times": 3, "concurrency": 2}, timeout=0.3),
        call("send", f"{server.url}/slow", parent="each"),
    )

    assert (job.status, job.error["type"], job.error["step"]) == ("FAILED", "timeout", "each")
    assert len(server.seen) == 2


def test_a_loop_that_is_tried_again_begins_anew(run, server) -> None:
    server.answers["/item"] = answers(json_answer({}), Answer(500), json_answer({}))
    job = run(loop({"times": 2}, retry={"retries": 1, "delay": 0}), call("send", f"{server.url}/item", parent="each"))

    assert job.status == "SUCCESS"
    assert len(server.seen) == 4


def test_progress_of_long_loops_is_told_by_hundredths(run) -> None:
    job = run(loop({"times": 300, "collect": "none"}), value("body", "1", parent="each"))

    assert job.status == "SUCCESS"
    assert events(job).count("step.progress") == 101


def test_the_error_of_a_job_names_the_step_that_failed_however_deep(run) -> None:
    job = run(
        {"id": "outer", "name": "All of them", "type": "loop", "config": {"times": 3, "item": "turn"}},
        {"id": "both", "type": "group", "parent": "outer"},
        {"id": "inner", "type": "loop", "parent": "both", "config": {"times": 2}},
        value("bad", "1 / (turn_index - 1)", parent="inner"),
    )

    assert (job.error["step"], job.error["path"], job.error["attempt"]) == ("bad", "outer[1].inner[0].bad", 1)
    assert "cause" not in job.error
    assert "step_name" not in job.error
    assert "Iteration 1" in job.error["message"]
