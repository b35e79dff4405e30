"""What one job's language models cost, written down call by call, and whether there is budget for more."""

from __future__ import annotations

from dataclasses import dataclass

from backend.ai import services
from backend.catalog.ai import BudgetVerdict, Usage
from backend.jobs.models import Job
from workers.engine.base.database import short_connection


@dataclass(frozen=True, slots=True)
class Ledger:
    """The account of one job."""

    job: Job

    def record(self, usage: Usage, *, path: str, attempt: int) -> None:
        """Notes a call at once."""
        place = services.Place(self.job.organization_id, self.job.workflow_id, self.job.id, path, attempt)
        with short_connection():
            services.usage_record(place, usage)

    def verdict(self) -> BudgetVerdict:
        """What the budgets say."""
        with short_connection():
            return services.budget_verdict(self.job.organization_id, self.job.workflow_id)
