"""Reads usage, prices and budgets, always within one organisation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from backend.accounts.models import Organization
from backend.ai.models import AiBudget, AiPrice, AiUsage, Period
from backend.common.errors import NotFound
from backend.common.json import JSON

GROUPS = {
    "day": ("day",),
    "day_model": ("day", "provider", "model"),
    "day_provider": ("day", "provider"),
    "workflow": ("workflow_id", "workflow__slug", "workflow__name"),
    "provider": ("provider",),
    "model": ("provider", "model"),
    "job": ("job_id",),
    "step": ("workflow__slug", "step"),
}
_MOST_GROUPS = 1000
_MOST_OF_DAYS = 10_000  # a year of some thirty models
_SUMS: dict[str, Any] = {
    "calls": Count("id"),
    "sum_prompt": Sum("prompt_tokens", default=0),
    "sum_completion": Sum("completion_tokens", default=0),
    "sum_cost": Sum("cost"),
    "unpriced": Count("id", filter=Q(cost=None)),
}


def usage(organization: Organization, filters: Mapping[str, JSON]) -> QuerySet[AiUsage]:
    """The calls, newest first; `filters` are the checked ones of the API."""
    rows = AiUsage.objects.filter(organization=organization).select_related("workflow").order_by("-id")
    if filters.get("since"):
        rows = rows.filter(day__gte=filters["since"])
    if filters.get("until"):
        rows = rows.filter(day__lte=filters["until"])
    if filters.get("workflow"):
        rows = rows.filter(_workflow(filters["workflow"]))
    for name, field in (("job", "job_id"), ("provider", "provider"), ("model", "model"), ("step", "step")):
        if filters.get(name):
            rows = rows.filter(**{field: filters[name]})
    return rows


def _workflow(text: str) -> Q:
    try:
        return Q(workflow_id=UUID(text))
    except ValueError:
        return Q(workflow__slug=text)


def totals(rows: QuerySet[AiUsage]) -> dict[str, JSON]:
    """The sums over calls."""
    return _sums(rows.order_by().aggregate(**_SUMS))


def grouped(rows: QuerySet[AiUsage], *, by: str) -> list[dict[str, JSON]]:
    """The sums by day, workflow, provider, model, job or step; days in order, else the dearest first."""
    names = GROUPS[by]
    dearest = [F("sum_cost").desc(nulls_last=True), F("sum_completion").desc()]  # unpriced ones: databases differ
    in_order = names[0] == "day"
    order, most = ([F(name).asc() for name in names], _MOST_OF_DAYS) if in_order else (dearest, _MOST_GROUPS)
    found = rows.order_by().values(*names).annotate(**_SUMS).order_by(*order)[:most]
    return [{**{_plain(name): _text(row[name]) for name in names}, **_sums(row)} for row in found]


def _plain(name: str) -> str:
    return {"workflow_id": "workflow", "job_id": "job"}.get(name, name.replace("__", "_"))


def _text(value: Any) -> JSON:
    return value if value is None or isinstance(value, str) else str(value)


def _sums(row: Mapping[str, Any]) -> dict[str, JSON]:
    prompt, completion = row["sum_prompt"], row["sum_completion"]
    return {
        "calls": row["calls"],
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "cost": float(row["sum_cost"]) if row["sum_cost"] is not None else None,
        "unpriced_calls": row["unpriced"],
    }


def usage_of_job(job_id: UUID) -> dict[str, dict[str, JSON]]:
    """What each step run of a job has used, by path; one statement, since calls may end while we look."""
    rows = AiUsage.objects.filter(job_id=job_id).values("path", "provider", "model").annotate(**_SUMS)
    found: dict[str, dict[str, JSON]] = {}
    for row in rows.order_by("path", "model"):
        sums, before = _sums(row), found.get(row["path"], {"models": []})
        model = {"provider": row["provider"], "model": row["model"]}
        added = {name: _added(before.get(name), value) for name, value in sums.items()}
        found[row["path"]] = {**added, "models": [*before["models"], model]}
    return found


def _added(one: JSON, other: JSON) -> JSON:
    """Their sum; a cost that is not known adds nothing."""
    return other if one is None else one if other is None else one + other


def prices(organization: Organization) -> QuerySet[AiPrice]:
    """The organisation's own prices."""
    return AiPrice.objects.filter(organization=organization).order_by("provider", "model")


def price_get(organization: Organization, price_id: UUID) -> AiPrice:
    """One; raises NotFound."""
    found = prices(organization).filter(pk=price_id).first()
    if found is None:
        raise NotFound
    return found


def budgets(organization: Organization) -> QuerySet[AiBudget]:
    """The organisation's budgets; those of single workflows among them."""
    return AiBudget.objects.filter(organization=organization).select_related("workflow").order_by("created_at", "id")


def budget_get(organization: Organization, budget_id: UUID) -> AiBudget:
    """One; raises NotFound."""
    found = budgets(organization).filter(pk=budget_id).first()
    if found is None:
        raise NotFound
    return found


def budgets_for(organization_id: UUID, workflow_id: UUID) -> list[AiBudget]:
    """The active budgets that a call of this workflow counts for."""
    rows = AiBudget.objects.filter(organization_id=organization_id, is_active=True)
    return list(rows.filter(Q(workflow=None) | Q(workflow_id=workflow_id)).order_by("created_at", "id"))


def used(budget: AiBudget, *, today: date) -> dict[str, JSON]:
    """What is used up of a budget in its present period."""
    rows = AiUsage.objects.filter(organization_id=budget.organization_id)
    if budget.workflow_id is not None:
        rows = rows.filter(workflow_id=budget.workflow_id)
    begin = period_start(budget.period, today=today)
    if begin is not None:
        rows = rows.filter(day__gte=begin)
    found = rows.aggregate(tokens=Sum(F("prompt_tokens") + F("completion_tokens"), default=0), cost=Sum("cost"))
    return {"tokens": found["tokens"], "cost": float(found["cost"] or 0)}


def period_start(period: str, *, today: date) -> date | None:
    """The first day of the present period; None: there is no end to it."""
    if period == Period.DAY:
        return today
    return today.replace(day=1) if period == Period.MONTH else None
