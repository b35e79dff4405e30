"""Figures, thresholds and the page for Prometheus, from jobs with known times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from backend.accounts.models import Organization
from backend.insights import alerting, selectors, services
from backend.insights.models import Alert
from backend.insights.statistics import percentile, summary
from backend.jobs import retention
from backend.jobs.models import Job, StepRun
from tests.backend.factories import make_api_key
from tests.workers.engine.conftest import value

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def api(acme: Organization) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_X_API_KEY=make_api_key(acme, scope="edit"))
    return client


@pytest.fixture
def past(start: Callable[..., Job]) -> Callable[..., list[Job]]:
    """`past(1.0, 2.0, failed=1)`: ended jobs of one workflow that took so long, the last ones failed."""
    made: list[Job] = []

    def make(*seconds: float, failed: int = 0) -> list[Job]:
        first = made[0] if made else start(value("a", "1"))
        now = timezone.now()
        jobs = []
        for index, took in enumerate(seconds):
            bad = index >= len(seconds) - failed
            finished = now - timedelta(milliseconds=len(seconds) - index)
            job = Job.objects.create(
                organization_id=first.organization_id,
                workflow=first.workflow,
                version=first.version,
                triggered_by="API",
                status="FAILED" if bad else "SUCCESS",
                error={"type": "timeout", "message": "Too late.", "step": "a"} if bad else None,
                due_at=now,
                started_at=finished - timedelta(seconds=took),
                finished_at=finished,
            )
            StepRun.objects.create(
                job=job,
                path="a",
                step="a",
                type="transform",
                status="failed" if bad else "success",
                output={"metrics": {"rows": index}},
                started_at=finished - timedelta(seconds=took / 2),
                ended_at=finished,
            )
            jobs.append(job)
        made.append(first)
        Job.objects.filter(status="QUEUED").delete()
        return jobs

    return make


def test_percentiles_lie_between_the_values() -> None:
    assert percentile([1, 2, 3, 4, 5], 50) == 3
    assert percentile([0, 10], 95) == 9.5
    assert summary([]) == {"average": None, "min": None, "max": None, "median": None, "p95": None}


def test_ten_jobs_in_figures(past, api: APIClient) -> None:
    jobs = past(*[float(second) for second in range(1, 11)], failed=2)

    found = api.get(f"/api/insights/?workflow={jobs[0].workflow.slug}").json()

    assert found["jobs"] == {
        "total": 10, "success": 8, "failed": 2, "timed_out": 0, "cancelled": 0, "success_rate": 0.8
    }  # fmt: skip
    assert {key: round(number, 2) for key, number in found["duration"].items()} == {
        "average": 5.5, "min": 1.0, "max": 10.0, "median": 5.5, "p95": 9.55
    }  # fmt: skip
    (step,) = found["steps"]
    assert (step["step"], step["total"], step["failed"], step["success_rate"]) == ("a", 10, 2, 0.8)
    assert found["slowest_step"]["average"] == pytest.approx(2.75)
    assert found["errors"]["categories"] == [{"type": "timeout", "count": 2}]
    assert found["errors"]["top"][0] == {"step": "a", "type": "timeout", "message": "Too late.", "count": 2}
    assert sum(day["total"] for day in found["trend"]) == 10
    (metric,) = found["metrics"]
    assert (metric["name"], metric["count"], metric["last"], metric["sum"]) == ("rows", 8, 7.0, 28.0)


def test_of_very_many_metrics_the_newest_count(past, api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    past(1.0, 1.0, 1.0)
    monkeypatch.setattr(selectors, "MOST_JOBS", 2)

    (metric,) = api.get("/api/insights/").json()["metrics"]

    assert (metric["count"], metric["sum"], metric["last"]) == (2, 3.0, 2.0)


def test_only_the_span_and_the_organisation_that_was_asked_for(past, api: APIClient) -> None:
    jobs = past(1.0, 1.0)
    Job.objects.filter(id=jobs[0].id).update(finished_at=timezone.now() - timedelta(days=10))

    assert api.get("/api/insights/").json()["jobs"]["total"] == 1
    assert api.get("/api/insights/?days=30").json()["jobs"]["total"] == 2
    assert api.get("/api/insights/?workflow=none").status_code == 404


def levels() -> list[tuple[str, str]]:
    return list(Alert.objects.order_by("id").values_list("step", "level"))


def test_a_step_that_takes_too_long_is_told_by_its_level(past, acme: Organization) -> None:
    services.threshold_create(acme, workflow=None, measure="step_seconds", warning=0.1, critical=0.2)
    services.threshold_create(acme, workflow=None, step="a", measure="step_seconds", warning=1, critical=2)

    for job in past(1.0, 3.0, 5.0):  # the step takes half of it
        alerting.evaluate(job)

    assert levels() == [("a", "warning"), ("a", "critical")]
    alert = Alert.objects.order_by("id").last()
    assert alert is not None
    assert (round(alert.value, 1), alert.limit) == (2.5, 2.0)
    assert "1.2 times 2 s" in alert.message or "1.3 times 2 s" in alert.message


def test_a_loop_over_a_slow_step_raises_one_alert_by_its_slowest_run(past, acme: Organization) -> None:
    services.threshold_create(acme, workflow=None, measure="step_seconds", warning=1)
    (job,) = past(4.0)
    run = StepRun.objects.get(job=job)
    for index in range(3):
        begun = run.started_at - timedelta(seconds=index)
        StepRun.objects.create(
            job=job, path=f"rows[{index}].a", step="a", type="transform", status="success", started_at=begun,
            ended_at=run.ended_at,
        )  # fmt: skip

    alerting.evaluate(job)

    assert levels() == [("a", "warning")]
    assert round(Alert.objects.get().value, 1) == 4.0


def test_a_low_success_rate_is_told_once_until_it_is_good_again(past, acme: Organization, api: APIClient) -> None:
    services.threshold_create(acme, workflow=None, measure="success_rate", warning=0.95, last_jobs=20)
    for job in past(*[1.0] * 20, failed=2):
        alerting.evaluate(job)
    for job in past(*[1.0] * 5):
        alerting.evaluate(job)
    assert Alert.objects.count() == 1
    assert Alert.objects.filter(is_open=True).exists()

    for job in past(*[1.0] * 20):
        alerting.evaluate(job)

    (shown,) = api.get("/api/insights/alerts/").json()["results"]
    assert (shown["level"], shown["is_open"]) == ("warning", False)
    assert "90% of the last 20 jobs" in shown["message"]


def test_a_success_rate_that_gets_worse_is_told_again(past, acme: Organization) -> None:
    services.threshold_create(acme, workflow=None, measure="success_rate", warning=0.95, critical=0.5, last_jobs=10)
    for job in past(*[1.0] * 10, failed=2):
        alerting.evaluate(job)
    for job in past(*[1.0] * 10, failed=8):
        alerting.evaluate(job)

    assert levels() == [("", "warning"), ("", "critical")]
    assert list(Alert.objects.filter(is_open=True).values_list("level", flat=True)) == ["critical"]


def test_a_job_of_the_engine_raises_them_after_its_end(run, acme: Organization) -> None:
    services.threshold_create(acme, workflow=None, measure="job_seconds", warning=0)

    job = run(value("a", "1"))

    assert list(Alert.objects.values_list("job_id", flat=True)) == [job.id]


def test_thresholds_over_the_api(api: APIClient) -> None:
    made = api.post("/api/insights/thresholds/", {"measure": "job_seconds", "critical": 5})
    refused = api.post("/api/insights/thresholds/", {"measure": "job_seconds"})
    percent = api.post("/api/insights/thresholds/", {"measure": "success_rate", "warning": 95})

    assert (made.status_code, refused.status_code, percent.status_code) == (201, 400, 400)
    assert api.get("/api/insights/thresholds/").json()["count"] == 1
    assert api.delete(f"/api/insights/thresholds/{made.json()['id']}/").status_code == 204


def test_the_page_for_prometheus_agrees_and_its_counters_never_fall(past, client) -> None:
    jobs = past(1.0, 2.0, 3.0, failed=1)
    slug = jobs[0].workflow.slug

    before = client.get("/metrics", REMOTE_ADDR="127.0.0.1").content.decode()
    retention.delete([job.id for job in jobs[1:]])
    after = client.get("/metrics", REMOTE_ADDR="10.0.0.7").content.decode()

    for text in (before, after):
        assert f'stepgraph_jobs_ended_total{{status="success",workflow="{slug}"}} 2.0' in text
        assert f'stepgraph_jobs_ended_total{{status="failed",workflow="{slug}"}} 1.0' in text
        assert f'stepgraph_jobs_seconds_total{{status="success",workflow="{slug}"}} 3.0' in text
    assert 'stepgraph_jobs{status="queued"} 0.0' in before


def test_the_page_for_prometheus_is_not_for_strangers(client, settings) -> None:
    assert client.get("/metrics", REMOTE_ADDR="8.8.8.8").status_code == 403
    settings.METRICS_TOKEN = "a long enough token"
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 403
    token = {"Authorization": "Bearer a long enough token"}
    assert client.get("/metrics", REMOTE_ADDR="8.8.8.8", headers=token).status_code == 200
