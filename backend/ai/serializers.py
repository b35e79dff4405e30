"""The shapes of usage, prices and budgets at the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from backend.ai.models import AiBudget, AiPrice, AiUsage, Period, Policy
from backend.ai.prices import Price
from backend.ai.selectors import GROUPS
from backend.common.json import JSON
from backend.common.serializers import StrictSerializer
from backend.common.times import iso


class UsageFilters(serializers.Serializer[JSON]):
    """The query of `GET /api/ai-usage/`."""

    since = serializers.DateField(required=False, default=None, help_text="The first day.")
    until = serializers.DateField(required=False, default=None, help_text="The last day.")
    workflow = serializers.CharField(required=False, default="", help_text="Id or slug.")
    job = serializers.UUIDField(required=False, default=None)
    provider = serializers.CharField(required=False, default="")
    model = serializers.CharField(required=False, default="")
    step = serializers.CharField(required=False, default="")
    group_by = serializers.ChoiceField(choices=list(GROUPS), required=False, default="day")


class PriceInput(StrictSerializer):
    """`POST /api/ai-prices/`."""

    provider = serializers.CharField(max_length=40, allow_blank=True, default="", help_text="Empty: any.")
    model = serializers.CharField(max_length=200, help_text="A name, or its beginning with a * behind it.")
    prompt_price = serializers.DecimalField(max_digits=12, decimal_places=6, min_value=0, help_text="USD a million.")
    completion_price = serializers.DecimalField(max_digits=12, decimal_places=6, min_value=0)


class BudgetChanges(StrictSerializer):
    """`PATCH /api/ai-budgets/{id}/`."""

    period = serializers.ChoiceField(choices=Period.choices, default=Period.MONTH.value)
    max_tokens = serializers.IntegerField(min_value=1, max_value=10**15, allow_null=True, default=None)
    max_cost = serializers.DecimalField(
        max_digits=14, decimal_places=4, min_value=0, allow_null=True, default=None, help_text="US dollars."
    )
    policy = serializers.ChoiceField(choices=Policy.choices, default=Policy.BLOCK.value)
    is_active = serializers.BooleanField(default=True)


class BudgetInput(BudgetChanges):
    """`POST /api/ai-budgets/`."""

    workflow = serializers.CharField(
        max_length=80, allow_blank=True, default="", help_text="Id or slug; empty: the organisation."
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """One limit at least."""
        if values["max_tokens"] is None and values["max_cost"] is None:
            raise serializers.ValidationError({"max_tokens": ["Give a limit of tokens or of cost."]})
        return values


def usage_shown(row: AiUsage) -> dict[str, JSON]:
    """One call."""
    return {
        "id": str(row.pk),
        "at": iso(row.created_at),
        "workflow": str(row.workflow_id) if row.workflow_id else None,
        "workflow_slug": row.workflow.slug if row.workflow else None,
        "workflow_name": row.workflow.name if row.workflow else None,
        "job": str(row.job_id),
        "path": row.path,
        "step": row.step,
        "attempt": row.attempt,
        "connector": row.connector,
        "provider": row.provider,
        "model": row.model,
        "purpose": row.purpose,
        "prompt_tokens": row.prompt_tokens,
        "completion_tokens": row.completion_tokens,
        "total_tokens": row.prompt_tokens + row.completion_tokens,
        "cost": float(row.cost) if row.cost is not None else None,
        "latency": row.latency,
    }


def price_shown(row: AiPrice) -> dict[str, JSON]:
    """One of the organisation's prices."""
    return {
        "id": str(row.pk),
        "provider": row.provider,
        "model": row.model,
        "prompt_price": float(row.prompt_price),
        "completion_price": float(row.completion_price),
        "updated_at": iso(row.updated_at),
    }


def list_price_shown(price: Price) -> dict[str, JSON]:
    """A price that is known by itself."""
    return {
        "provider": price.provider,
        "model": price.model,
        "prompt_price": float(price.prompt),
        "completion_price": float(price.completion),
    }


def budget_shown(row: AiBudget, *, used: dict[str, JSON]) -> dict[str, JSON]:
    """A budget, and what is used of it."""
    return {
        "id": str(row.pk),
        "workflow": str(row.workflow_id) if row.workflow_id else None,
        "workflow_slug": row.workflow.slug if row.workflow else None,
        "workflow_name": row.workflow.name if row.workflow else None,
        "period": row.period,
        "max_tokens": row.max_tokens,
        "max_cost": float(row.max_cost) if row.max_cost is not None else None,
        "policy": row.policy,
        "is_active": row.is_active,
        "used": used,
        "created_at": iso(row.created_at),
    }
