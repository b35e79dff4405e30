"""Calls of language models, their prices, and the budgets over them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.common.models import Entity


class AiUsage(Entity):
    """One call that a provider counted, also of an attempt that failed. It outlives its job: it was paid for."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="+")
    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.SET_NULL, null=True, related_name="+")
    job_id = models.UUIDField(db_index=True)  # jobs stand above, and may be gone
    path = models.TextField()
    step = models.CharField(max_length=100)
    attempt = models.PositiveIntegerField()
    connector = models.CharField(max_length=60)
    provider = models.CharField(max_length=40)
    model = models.CharField(max_length=200)
    prompt_tokens = models.PositiveIntegerField()
    completion_tokens = models.PositiveIntegerField()
    cost = models.DecimalField(max_digits=16, decimal_places=8, null=True)  # null: no price is known
    latency = models.FloatField()  # seconds
    purpose = models.CharField(max_length=20)  # answer | tools | repair
    day = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "day"], name="ai_usage_of_day"),
            models.Index(fields=["workflow", "day"], name="ai_usage_of_workflow"),
        ]


class AiPrice(Entity):
    """What an organisation pays for a model; it comes before the prices that are known by themselves."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="+")
    provider = models.CharField(max_length=40, blank=True)  # empty: any
    model = models.CharField(max_length=200)  # a name, or its beginning and a *
    prompt_price = models.DecimalField(max_digits=12, decimal_places=6)  # US dollars for a million tokens
    completion_price = models.DecimalField(max_digits=12, decimal_places=6)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "provider", "model"], name="ai_price_of_model")]


class Period(models.TextChoices):
    """How long a budget is for."""

    DAY = "day"
    MONTH = "month"
    TOTAL = "total"


class Policy(models.TextChoices):
    """What happens when it is used up."""

    BLOCK = "block"
    DOWNGRADE = "downgrade"
    NOTIFY = "notify"


class AiBudget(Entity):
    """A limit for an organisation, or for one workflow of it."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="+")
    workflow = models.ForeignKey(
        "workflows.Workflow", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    period = models.CharField(max_length=10, choices=Period.choices, default=Period.MONTH)
    max_tokens = models.PositiveBigIntegerField(null=True, blank=True)
    max_cost = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)  # US dollars
    policy = models.CharField(max_length=10, choices=Policy.choices, default=Policy.BLOCK)
    is_active = models.BooleanField(default=True)
    notified_for = models.CharField(max_length=20, blank=True)  # the period that people were told of

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(max_tokens__isnull=False) | Q(max_cost__isnull=False), name="ai_budget_has_a_limit"
            ),
        ]
