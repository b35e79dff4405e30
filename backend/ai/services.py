"""Records usage, judges budgets, changes prices and budgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from backend.accounts.models import Organization
from backend.accounts.selectors import owner_addresses
from backend.ai import selectors
from backend.ai.models import AiBudget, AiPrice, AiUsage, Policy
from backend.ai.prices import Price, cost_of
from backend.catalog.ai import BudgetVerdict, Usage
from backend.common.errors import Conflict
from backend.common.json import JSON
from backend.notices import services as notices

_STRICTEST = ("block", "downgrade", "go")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which job a call was made."""

    organization_id: UUID
    workflow_id: UUID
    job_id: UUID
    path: str
    attempt: int

    @property
    def step(self) -> str:
        """The step's id."""
        return self.path.rpartition(".")[2]


def usage_record(place: Place, usage: Usage) -> AiUsage:
    """Notes a call at once, in a transaction of its own: it is paid for whatever becomes of the job."""
    own = [
        Price(row.provider, row.model, row.prompt_price, row.completion_price)
        for row in AiPrice.objects.filter(organization_id=place.organization_id)
    ]
    cost = cost_of(
        usage.provider,
        usage.model,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        own=own,
    )
    return AiUsage.objects.create(
        organization_id=place.organization_id,
        workflow_id=place.workflow_id,
        job_id=place.job_id,
        path=place.path,
        step=place.step[:100],
        attempt=place.attempt,
        connector=usage.connector,
        provider=usage.provider,
        model=usage.model[:200],
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        cost=cost,
        latency=usage.latency,
        purpose=usage.purpose,
        day=timezone.now().date(),
    )


def budget_verdict(organization_id: UUID, workflow_id: UUID) -> BudgetVerdict:
    """What the budgets say before a call; the strictest one counts, and those that only tell are told of."""
    verdicts = [BudgetVerdict()]
    today = timezone.now().date()
    for budget in selectors.budgets_for(organization_id, workflow_id):
        message = _exceeded(budget, selectors.used(budget, today=today))
        if not message:
            continue
        if budget.policy == Policy.NOTIFY:
            _notify(budget, message)
        elif budget.policy == Policy.DOWNGRADE:
            verdicts.append(BudgetVerdict("downgrade", message))
        else:
            verdicts.append(BudgetVerdict("block", message))
    return min(verdicts, key=lambda verdict: _STRICTEST.index(verdict.decision))


def _exceeded(budget: AiBudget, used: Mapping[str, Any]) -> str:
    whose = "this workflow" if budget.workflow_id else "the organisation"
    of = f"The AI budget of {whose} ({budget.period})" if budget.period != "total" else f"The AI budget of {whose}"
    if budget.max_tokens is not None and used["tokens"] >= budget.max_tokens:
        return f"{of} is used up: {used['tokens']:,} of {budget.max_tokens:,} tokens."
    if budget.max_cost is not None and used["cost"] >= budget.max_cost:
        return f"{of} is used up: {used['cost']:.2f} of {budget.max_cost:.2f} US dollars."
    return ""


@transaction.atomic
def _notify(budget: AiBudget, message: str) -> None:
    """Once in a period: of all workers that notice it, the first one tells."""
    begin = selectors.period_start(budget.period, today=timezone.now().date())
    period = begin.isoformat() if begin else "total"
    first = AiBudget.objects.filter(pk=budget.pk).exclude(notified_for=period).update(notified_for=period)
    if first:
        owners = list(owner_addresses(budget.organization_id))
        notices.notify(budget.organization_id, notices.Said(message, message, severity="warning"), to=owners)


def price_set(organization: Organization, *, values: Mapping[str, JSON]) -> AiPrice:
    """The organisation's price of a model, new or changed; calls from now on cost that."""
    row, _ = AiPrice.objects.update_or_create(
        organization=organization,
        provider=values["provider"],
        model=values["model"],
        defaults={"prompt_price": values["prompt_price"], "completion_price": values["completion_price"]},
    )
    return row


def price_delete(row: AiPrice) -> None:
    """The list price, if any, counts again."""
    row.delete()


def budget_create(organization: Organization, *, values: Mapping[str, Any]) -> AiBudget:
    """A new budget; it counts what was used in its period before, too."""
    return AiBudget.objects.create(organization=organization, **values)


def budget_update(row: AiBudget, *, values: Mapping[str, Any]) -> AiBudget:
    """Changes what is given; a new limit is told of anew."""
    for name, value in values.items():
        setattr(row, name, value)
    row.notified_for = ""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict("A budget needs a limit of tokens or of cost.") from error
    return row


def budget_delete(row: AiBudget) -> None:
    """Lifts the limit."""
    row.delete()
