"""The figures that Prometheus reads. They come from the database, so that any of our processes gives the same."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, DurationField, F, Min, Sum
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from backend.guards.models import Circuit
from backend.insights.models import Alert
from backend.jobs import state
from backend.jobs.models import Job, JobTotal, Worker

_TOOK = Sum(F("finished_at") - F("started_at"), output_field=DurationField())


class _Figures(Collector):
    """Everything, as of the moment of asking."""

    def collect(self) -> Iterator[Metric]:
        """All families."""
        yield from _ended()
        yield from _live()
        yield from _workers()
        yield from _health()


def page() -> tuple[bytes, str]:
    """The text and its media type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures())
    return generate_latest(registry), CONTENT_TYPE_LATEST


def _ended() -> Iterator[Metric]:
    """Those that are still there, and what was counted of those that were deleted: a counter never falls."""
    count = CounterMetricFamily("stepgraph_jobs_ended", "Jobs that ended.", labels=["workflow", "status"])
    seconds = CounterMetricFamily("stepgraph_jobs_seconds", "Time that ended jobs took.", labels=["workflow", "status"])
    totals: dict[tuple[str, str], tuple[int, float]] = {}
    rows = Job.counted.filter(status__in=state.ENDED).values_list("workflow__slug", "status")
    for slug, status, number, took in rows.annotate(number=Count("id"), took=_TOOK):
        totals[slug, status] = (number, took.total_seconds() if took else 0.0)
    for slug, status, number, took in JobTotal.objects.values_list("workflow__slug", "status", "jobs", "seconds"):
        before = totals.get((slug, status), (0, 0.0))
        totals[slug, status] = (before[0] + number, before[1] + took)
    for (slug, status), (number, took) in sorted(totals.items()):
        count.add_metric([slug, status.lower()], number)
        seconds.add_metric([slug, status.lower()], took)
    yield count
    yield seconds


def _live() -> Iterator[Metric]:
    jobs = GaugeMetricFamily("stepgraph_jobs", "Live jobs.", labels=["status"])
    found = Job.counted.filter(status__in=state.LIVE).values_list("status").annotate(Count("id"))
    counted = dict.fromkeys(state.LIVE, 0) | dict(found)
    for status, number in sorted(counted.items()):
        jobs.add_metric([status.lower()], number)
    yield jobs
    due = Job.objects.filter(status__in=["QUEUED", "WAITING"], due_at__lte=timezone.now())
    facts = due.aggregate(number=Count("id"), oldest=Min("due_at"))
    yield GaugeMetricFamily("stepgraph_queue_jobs", "Jobs that could start now.", value=facts["number"])
    age = (timezone.now() - facts["oldest"]).total_seconds() if facts["oldest"] else 0.0
    yield GaugeMetricFamily("stepgraph_queue_oldest_seconds", "Wait of the first of them.", value=age)


def _workers() -> Iterator[Metric]:
    workers = list(Worker.objects.order_by("started_at"))
    yield GaugeMetricFamily("stepgraph_workers", "Workers that live.", value=len(workers))
    sandbox = GaugeMetricFamily("stepgraph_sandbox", "Figures of the sandbox service.", labels=["figure"])
    for name, value in sorted((workers[-1].sandbox or {}).items()) if workers else ():
        if isinstance(value, int | float):
            sandbox.add_metric([name], float(value))
    yield sandbox


def _health() -> Iterator[Metric]:
    broken = Circuit.objects.exclude(state="closed").count()
    yield GaugeMetricFamily("stepgraph_circuits_open", "Circuits that are not closed.", value=broken)
    yield GaugeMetricFamily(
        "stepgraph_alerts_open", "Alerts that last.", value=Alert.objects.filter(is_open=True).count()
    )
