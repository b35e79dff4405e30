"""Large values travel by reference: not in rows, not in memory, whole where they are read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from backend.accounts.models import Organization
from backend.catalog.steps import Config, Result, StepContext, StepType
from backend.files import refs, services, values
from backend.files.models import FileUse, StoredFile
from backend.jobs import retrying, selectors
from backend.jobs.models import Job, StepRun
from tests.backend.factories import make_api_key
from tests.workers.engine.conftest import call, json_answer, output, runs, value
from workers.engine.base import large

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def small_limit(settings, tmp_path) -> None:
    settings.OFFLOAD_CHARACTERS = 1000
    settings.STEPGRAPH_BLOB_URL = f"file://{tmp_path}/blobs"
    large._cache = large._Cache()


def rows_of(job: Job) -> str:
    steps = StepRun.objects.filter(job=job).values_list("output", "aside", "input")
    return json.dumps([job.input, job.output, list(steps)])


def test_a_large_result_is_read_whole_and_stored_once(run) -> None:
    job = run(
        value("make", "'x' * 5000"),
        value("again", "make.value", after=["make"]),
        output({"n": "len(again.value)", "first": "make.value[0]"}, after=["again"]),
    )

    assert job.output == {"n": 5000, "first": "x"}
    kept = runs(job)["make"].output
    assert refs.id_of(kept) is not None
    assert kept["preview"].startswith('{"value":"xxx')
    assert len(rows_of(job)) < 10_000
    assert StoredFile.objects.count() == 2
    assert len(set(StoredFile.objects.values_list("blob_id", flat=True))) == 1


def test_results_in_loops_stay_small_and_are_whole_afterwards(run) -> None:
    job = run(
        {"id": "each", "type": "loop", "config": {"items": "{{ ['a', 'b'] }}"}},
        value("body", "(item_last.value[-1] if item_last else 'z') + item * 3000", parent="each"),
        value("sizes", "[r.value[:2] for r in each]", after=["each"]),
        output({"sizes": "sizes.value"}, after=["sizes"]),
    )

    assert job.output == {"sizes": ["za", "ab"]}
    assert refs.id_of(runs(job)["each[1].body"].output) is not None


def test_a_list_of_large_items_is_gone_through(run) -> None:
    job = run(
        value("make", "[c * 2000 for c in 'abc']"),
        {"id": "each", "type": "loop", "after": ["make"], "config": {"items": "{{ make.value }}"}},
        value("body", "item", parent="each"),
        {"id": "second", "type": "loop", "after": ["each"], "config": {"items": "{{ each }}", "item": "row"}},
        value("size", "[len(row.value), row.value[0]]", parent="second"),
        output({"all": "[r.value for r in second]"}, after=["second"]),
    )

    assert job.output == {"all": [[2000, "a"], [2000, "b"], [2000, "c"]]}


def test_a_step_with_effects_takes_and_gives_large_values(run, server) -> None:
    server.answers["/big"] = json_answer(["y" * 4000])
    server.answers["/echo"] = json_answer({"ok": True})

    job = run(
        call("fetch", f"{server.url}/big"),
        call("send", f"{server.url}/echo", after=["fetch"], config={"body": "{{ fetch }}"}),
        output({"n": "len(fetch[0])"}, after=["send"]),
    )

    assert job.output == {"n": 4000}
    assert json.loads(server.seen[1].body) == ["y" * 4000]
    assert refs.id_of(runs(job)["fetch"].output) is not None


def test_another_owner_goes_on_with_them(start, worker, server) -> None:
    server.answers["/big"] = json_answer(["y" * 4000])
    job = start(call("fetch", f"{server.url}/big"), output({"n": "len(fetch[0])"}, after=["fetch"]))
    worker.advance()
    large._cache = large._Cache()
    Job.objects.filter(id=job.id).update(status="QUEUED", finished_at=None, output=None, lease_owner=None)
    StepRun.objects.filter(job=job, path="out").delete()

    worker.advance()

    job.refresh_from_db()
    assert (job.status, job.output, len(server.seen)) == ("SUCCESS", {"n": 4000}, 1)


def test_a_large_input_is_kept_beside_the_row_and_copied_by_a_retry(run, worker) -> None:
    job = run(
        output({"n": "len(rows)", "m": "len(input.rows)", "small": "small"}),
        input={"rows": ["x" * 100] * 50, "small": 1},
    )
    assert job.output == {"n": 50, "m": 50, "small": 1}
    assert refs.id_of(job.input["rows"]) is not None
    assert job.input["small"] == 1
    assert selectors.job_input(job)["rows"] == ["x" * 100] * 50

    again = retrying.job_retry(job)
    FileUse.objects.filter(job_id=job.id).delete()
    worker.advance()

    again.refresh_from_db()
    assert again.output == job.output


def test_a_reference_from_outside_opens_nothing(run, acme: Organization) -> None:
    foreign = values.keep(acme.id, job=uuid4(), text='"secret of another job"')

    job = run(output({"got": "payload"}), input={"payload": foreign})

    assert job.output == {"got": foreign}


def test_a_value_that_is_named_again_and_again_is_read_once(acme: Organization) -> None:
    job = uuid4()
    named = values.keep(acme.id, job=job, text='"x"')
    for _ in range(40):
        named = values.keep(acme.id, job=job, text=json.dumps([named, named]))

    found = values.loaded(named, job=job)

    for _ in range(40):
        assert found[0] is found[1]
        found = found[0]
    assert found == "x"


def test_a_file_is_no_value(acme: Organization) -> None:
    job = uuid4()
    file = services.file_store(acme, name="a.pdf", data=b"%PDF", job=job)
    named = {"$ref": f"value:{file.id}"}

    assert values.opened(named, job=job) is None
    assert values.loaded(named, job=job) == named


def test_the_large_results_of_a_job_are_limited_together(run, settings) -> None:
    settings.MAX_JOB_BYTES = 12_000
    job = run(value("a", "'a' * 5000"), value("b", "'b' * 5000", after=["a"]), value("c", "'c' * 5000", after=["b"]))

    assert (job.status, job.error["type"], job.error["step"]) == ("FAILED", "too_large", "c")
    assert "12,000 bytes" in job.error["message"]


def test_one_result_is_limited_and_the_answer_more_so(run, settings, monkeypatch) -> None:
    settings.MAX_OUTPUT_BYTES = 4000
    job = run(value("a", "'a' * 5000"))
    assert (job.error["type"], "4,000 are allowed" in job.error["message"]) == ("too_large", True)

    monkeypatch.setattr("workers.engine.base.large.MAX_ANSWER_CHARACTERS", 3000)
    job = run(value("a", "'a' * 3500"), output({"all": "a.value"}, after=["a"]))

    assert (job.error["type"], job.error["step"]) == ("too_large", "out")


def test_a_store_that_is_away_fails_the_step_and_may_be_retried(run, settings, tmp_path) -> None:
    (tmp_path / "file").write_text("not a folder")
    settings.STEPGRAPH_BLOB_URL = f"file://{tmp_path}/file"

    job = run(value("a", "'a' * 5000"))

    assert (job.error["type"], job.error["step"]) == ("storage", "a")


def test_the_api_shows_the_beginning_and_gives_all(run, client, acme: Organization) -> None:
    job = run(value("make", "'x' * 5000"), value("small", "1", after=["make"]))
    headers = {"X-API-Key": make_api_key(acme, scope="read")}

    detail = client.get(f"/api/jobs/{job.id}/", headers=headers).json()
    whole = client.get(f"/api/jobs/{job.id}/steps/make/output/", headers=headers)
    small = client.get(f"/api/jobs/{job.id}/steps/small/output/", headers=headers)

    assert len(json.dumps(detail["steps"][0]["output"])) < 3000
    assert json.loads(b"".join(whole.streaming_content)) == {"value": "x" * 5000}
    assert small.json() == {"value": 1}
    assert client.get(f"/api/jobs/{job.id}/steps/none/output/", headers=headers).status_code == 404


@pytest.fixture
def huge() -> Iterator[str]:
    """A step type for one test: others look at all types that there are."""

    class Huge(StepType[Config], type="test_huge"):
        """Gives 100 MB of text."""

        label = "Huge"
        Config = Config

        def run(self, config: Config, context: StepContext) -> Result:
            return Result("x" * 100_000_000)

    yield Huge.type
    StepType.registry._types.pop("test_huge")


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux to reset the peak of memory")
def test_a_hundred_megabytes_pass_through_a_worker_with_bounded_memory(run, huge) -> None:
    """C-59: outside the job, read by the next step, and the worker stays small."""
    Path("/proc/self/clear_refs").write_text("5")
    before = peak_megabytes()

    job = run(
        {"id": "big", "type": huge},
        value("size", "len(big)", after=["big"]),
        value("other", "1", after=["size"]),
        output({"size": "size.value"}, after=["other"]),
    )

    assert job.output == {"size": 100_000_000}
    assert peak_megabytes() - before < 300


def peak_megabytes() -> float:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1000


def test_scripts_get_large_values_only_when_their_code_may_read_them(acme: Organization) -> None:
    job = uuid4()
    store = large.LargeValues(organization=acme.id, job=job)
    raw = values.keep(acme.id, job=job, text='["whole"]')
    names = large.Variables({"rows": large.wrap(raw), "small": 1}, store)

    assert names.for_code("return len(rows)") == {"rows": ["whole"], "small": 1}
    assert names.for_code("echo $SG_ROWS")["rows"] == ["whole"]
    assert names.for_code("return context")["rows"] == ["whole"]
    assert names.for_code("return small") == {"rows": raw, "small": 1}
