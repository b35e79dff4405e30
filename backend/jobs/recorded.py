"""What is recorded of a job's steps, for its next owner: read in pieces, so that no large loop is in memory whole."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Left
from django.db.models.lookups import Exact

from backend.jobs.models import StepRun

PIECE = 500  # step runs


class Recorded:
    """The step runs of one job in the order in which they were begun, up to the last one of its earlier owners."""

    def __init__(self, job_id: UUID, *, any_at_all: bool) -> None:
        self.highest = 0  # the number of the last one
        self.more = any_at_all
        self._job_id = job_id
        self._last: StepRun | None = None
        self._first: list[StepRun] = []
        if any_at_all:
            self._first = self._read()
            self.highest = self._highest()

    @property
    def empty(self) -> bool:
        """Whether nothing was recorded at all."""
        return not self.highest and not self.more

    def next(self, *, without: Sequence[str] = ()) -> list[StepRun]:
        """The next ones, none of them in places that begin so; nothing once all have been read."""
        if self._first:
            first, self._first = self._first, []
            return [run for run in first if not run.path.startswith(tuple(without))] or self.next(without=without)
        return self._read(without) if self.more else []

    def _read(self, without: Sequence[str] = ()) -> list[StepRun]:
        rows = self._runs()
        if self._last is not None:
            rows = rows.filter(self._later(self._last))
        found = list(_outside(rows, without)[:PIECE])
        self.more = len(found) == PIECE
        self._last = found[-1] if found else self._last
        return found

    def _runs(self) -> QuerySet[StepRun]:
        return StepRun.objects.filter(job_id=self._job_id).order_by("order", "id")

    def _later(self, last: StepRun) -> Q:
        return (Q(order__gt=last.order) | Q(order=last.order, id__gt=last.id)) & Q(order__lte=self.highest)

    def _highest(self) -> int:
        if not self.more:
            return self._last.order if self._last else 0
        found: int | None = self._runs().aggregate(highest=Max("order"))["highest"]
        return found or 0


def _outside(rows: QuerySet[StepRun], prefixes: Sequence[str]) -> QuerySet[StepRun]:
    for prefix in prefixes:
        rows = rows.exclude(Exact(Left("path", len(prefix)), prefix))
    return rows
