"""Fallbacks, required and optional predecessors, priorities in a graph: C-49, C-50, C-51."""

from __future__ import annotations

import pytest

from backend.jobs import store
from tests.workers.engine.conftest import Answer, call, json_answer, output, paths, runs, statuses, value

pytestmark = pytest.mark.django_db(transaction=True)


def fallback(server) -> list[dict]:
    return [
        call("primary", f"{server.url}/primary"),
        call("fallback", f"{server.url}/fallback", after=["primary.error"]),
        output({"primary": "primary", "fallback": "fallback"}, after=["primary", "fallback"]),
    ]


def test_c49_the_fallback_runs_after_the_failure_and_the_end_after_both(run, server) -> None:
    server.answers |= {"/primary": Answer(404), "/fallback": json_answer("second")}

    job = run(*fallback(server))

    assert (job.status, job.output) == ("SUCCESS", {"primary": None, "fallback": "second"})
    found = runs(job)
    assert found["fallback"].started_at >= found["primary"].ended_at
    assert found["out"].started_at >= found["fallback"].ended_at


def test_c49_without_a_failure_there_is_no_fallback(run, server) -> None:
    server.answers |= {"/primary": json_answer("first"), "/fallback": json_answer("second")}

    job = run(*fallback(server))

    assert (job.status, job.output) == ("SUCCESS", {"primary": "first", "fallback": None})
    assert statuses(job)["fallback"] == "skipped"
    assert paths(server) == ["/primary"]


def required_and_optional(server, **options: object) -> list[dict]:
    return [
        call("critical", f"{server.url}/critical", **options),
        call("enhancement", f"{server.url}/enhancement", **options),
        {**value("final", "[critical, enhancement]", after=["critical", "enhancement.done"]), "join": "all", **options},
    ]


@pytest.mark.parametrize("parent", [None, "tidy"])
def test_c50_an_optional_predecessor_may_fail(run, server, parent) -> None:
    server.answers |= {"/critical": json_answer("yes"), "/enhancement": Answer(404)}
    groups = [{"id": "tidy", "type": "group"}] if parent else []

    job = run(*groups, *required_and_optional(server, **({"parent": parent} if parent else {})))

    assert (job.status, statuses(job)["final"]) == ("SUCCESS", "success")
    assert runs(job)["final"].output == {"value": ["yes", None]}


@pytest.mark.parametrize("on_failure", ["stop", "finish"])
def test_c50_a_required_one_may_not(run, server, on_failure) -> None:
    server.answers |= {"/critical": Answer(404), "/enhancement": json_answer("more")}

    job = run(*required_and_optional(server), settings={"on_failure": on_failure})

    assert (job.status, job.error["step"]) == ("FAILED", "critical")
    found = statuses(job)
    assert found.pop("enhancement") in ({"success"} if on_failure == "finish" else {"success", "cancelled"})
    assert found == {"critical": "failed", "final": "skipped"}


def test_c51_jobs_by_priority_then_by_age(start, worker, server) -> None:
    server.answers["/job"] = json_answer({})
    jobs = [start(call("s", f"{server.url}/job"), settings={}) for _ in range(8)]
    for job, priority in zip(jobs, (3, 2, 1, 0, 3, 2, 1, 0), strict=True):
        type(job).objects.filter(id=job.id).update(priority=priority)

    taken = [lease.job_id for _ in jobs for lease in store.claim(worker.id, limit=1)]

    order = sorted(range(8), key=lambda n: ((3, 2, 1, 0, 3, 2, 1, 0)[n], n))
    assert taken == [jobs[n].id for n in order]


def test_c51_ready_steps_by_priority_but_never_before_what_they_wait_for(run, server) -> None:
    for name in ("low", "urgent", "middle", "first", "late"):
        server.answers[f"/{name}"] = json_answer({})

    def step(name: str, priority: int, **options: object) -> dict:
        return call(name, f"{server.url}/{name}", parent="one", priority=priority, **options)

    job = run(
        {"id": "one", "type": "group", "config": {"max_concurrent": 1}},
        step("low", 3), step("middle", 2), step("urgent", 0), step("first", 1), step("late", 0, after=["middle"]),
    )  # fmt: skip

    assert job.status == "SUCCESS"
    assert paths(server) == ["/urgent", "/first", "/middle", "/late", "/low"]
