"""Looks at the past of an organisation's jobs; the newest ones where there are very many."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import JSONField, QuerySet
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast

from backend.accounts.models import Organization
from backend.common.json import JSON
from backend.insights.models import Alert, Threshold
from backend.insights.statistics import rate, summary
from backend.jobs import state
from backend.jobs.models import Job, StepRun

MOST_JOBS = 20_000
MOST_STEPS = 100_000
_BAD = frozenset({"FAILED", "TIMED_OUT"})


@dataclass(frozen=True, slots=True)
class _Past:
    """An ended job."""

    id: UUID
    status: str
    started_at: datetime | None
    finished_at: datetime
    error: JSON
    workflow_id: UUID
    slug: str
    name: str

    @property
    def seconds(self) -> float | None:
        return (self.finished_at - self.started_at).total_seconds() if self.started_at else None


def insights(
    organization: Organization, *, since: datetime, until: datetime, workflow: UUID | None = None
) -> dict[str, JSON]:
    """Everything about the jobs that ended in a span of time, of one workflow or of all."""
    rows = Job.counted.filter(
        organization=organization, status__in=state.ENDED, finished_at__gte=since, finished_at__lt=until
    )
    if workflow is not None:
        rows = rows.filter(workflow_id=workflow)
    fields = ("id", "status", "started_at", "finished_at", "error", "workflow_id", "workflow__slug", "workflow__name")
    jobs = [_Past(*row) for row in rows.order_by("-finished_at").values_list(*fields)[:MOST_JOBS]]
    steps = _steps(rows)
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "jobs": _counts(jobs),
        "duration": summary(_durations(jobs)),
        "workflows": _by_workflow(jobs),
        "steps": steps,
        "slowest_step": max(steps, key=lambda step: step["average"] or 0.0, default=None),
        "errors": _errors(jobs),
        "trend": _trend(jobs),
        "metrics": _metrics(rows),
    }


def _counts(jobs: Sequence[_Past]) -> dict[str, JSON]:
    counted = Counter(job.status for job in jobs)
    bad = sum(counted[status] for status in _BAD)
    return {
        "total": len(jobs),
        "success": counted["SUCCESS"],
        "failed": counted["FAILED"],
        "timed_out": counted["TIMED_OUT"],
        "cancelled": counted["CANCELLED"],
        "success_rate": rate(counted["SUCCESS"], bad),
    }


def _durations(jobs: Iterable[_Past]) -> list[float]:
    return [job.seconds for job in jobs if job.seconds is not None]


def _by_workflow(jobs: Sequence[_Past]) -> list[dict[str, JSON]]:
    groups: defaultdict[UUID, list[_Past]] = defaultdict(list)
    for job in jobs:
        groups[job.workflow_id].append(job)
    found = [
        {"workflow": str(id_), "slug": group[0].slug, "name": group[0].name, **_counts(group)}
        | summary(_durations(group))
        for id_, group in groups.items()
    ]
    return sorted(found, key=lambda entry: -entry["total"])


def _steps(jobs: QuerySet[Job]) -> list[dict[str, JSON]]:
    fields = ("job__workflow__slug", "step", "type", "status", "started_at", "ended_at")
    runs = StepRun.objects.filter(job__in=jobs, status__in=["success", "failed"]).order_by("-id")
    groups: defaultdict[tuple[str, str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for slug, step, kind, *rest in runs.values_list(*fields)[:MOST_STEPS]:
        groups[slug, step, kind].append(tuple(rest))
    found = []
    for (slug, step, kind), rows in groups.items():
        failed = sum(status == "failed" for status, _, _ in rows)
        seconds = [(ended - started).total_seconds() for _, started, ended in rows if started and ended]
        counts = {"workflow": slug, "step": step, "type": kind, "total": len(rows), "failed": failed}
        found.append({**counts, "success_rate": rate(len(rows) - failed, failed), **summary(seconds)})
    return sorted(found, key=lambda entry: -(entry["average"] or 0.0))


def _errors(jobs: Sequence[_Past]) -> dict[str, JSON]:
    errors = [job.error for job in jobs if job.status in _BAD and job.error]
    kinds = Counter(error.get("type", "error") for error in errors)
    texts = Counter((error.get("step"), error.get("type"), (error.get("message") or "")[:300]) for error in errors)
    return {
        "categories": [{"type": kind, "count": count} for kind, count in kinds.most_common(20)],
        "top": [
            {"step": step, "type": kind, "message": message, "count": count}
            for (step, kind, message), count in texts.most_common(10)
        ],
    }


def _trend(jobs: Sequence[_Past]) -> list[dict[str, JSON]]:
    days: defaultdict[str, list[_Past]] = defaultdict(list)
    for job in jobs:
        days[job.finished_at.date().isoformat()].append(job)
    return [{"date": day, **_counts(group)} | summary(_durations(group)) for day, group in sorted(days.items())]


def _metrics(jobs: QuerySet[Job]) -> list[dict[str, JSON]]:
    """The numbers that steps gave below the key `metrics` of their result."""
    named = StepRun.objects.filter(job__in=jobs, status="success", output__contains='"metrics"')
    outputs = named.annotate(found=Cast("output", JSONField())).filter(found__has_key="metrics").order_by("-id")
    groups: defaultdict[str, list[float]] = defaultdict(list)
    newest = list(outputs.values_list(KeyTransform("metrics", "found"), flat=True)[:MOST_JOBS])
    for metrics in reversed(newest):
        for name, value in metrics.items() if isinstance(metrics, dict) else ():
            if isinstance(value, int | float) and not isinstance(value, bool):
                groups[str(name)].append(float(value))
    return [
        {"name": name, "count": len(values), "last": values[-1], "sum": sum(values), **summary(values)}
        for name, values in sorted(groups.items())
    ]


def thresholds(organization: Organization) -> QuerySet[Threshold]:
    """The organisation's thresholds, the oldest first."""
    return Threshold.objects.filter(organization=organization).select_related("workflow").order_by("id")


def alerts(organization: Organization) -> QuerySet[Alert]:
    """The newest first."""
    return Alert.objects.filter(organization=organization).select_related("workflow").order_by("-created_at", "-id")
