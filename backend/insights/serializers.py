"""Shapes of insights."""

from __future__ import annotations

from rest_framework import serializers

from backend.common.json import JSON
from backend.common.serializers import StrictSerializer
from backend.insights.models import Alert, Measure, Threshold


class InsightsQuery(serializers.Serializer[JSON]):
    """The query of `GET /api/insights/`."""

    workflow = serializers.CharField(required=False, default="", help_text="Id or slug; all without.")
    days = serializers.FloatField(required=False, default=7, min_value=0.01, max_value=366)


class ThresholdInput(StrictSerializer):
    """A threshold; a rate is between 0 and 1, times are in seconds."""

    workflow = serializers.CharField(required=False, allow_null=True, default=None, help_text="Id or slug.")
    step = serializers.CharField(required=False, allow_blank=True, default="", max_length=100)
    measure = serializers.ChoiceField(Measure.choices)
    warning = serializers.FloatField(required=False, allow_null=True, default=None, min_value=0)
    critical = serializers.FloatField(required=False, allow_null=True, default=None, min_value=0)
    last_jobs = serializers.IntegerField(required=False, default=20, min_value=1, max_value=1000)


def threshold_shown(row: Threshold) -> dict[str, JSON]:
    """A threshold."""
    return {
        "id": str(row.id),
        "workflow": row.workflow.slug if row.workflow else None,
        "step": row.step,
        "measure": row.measure,
        "warning": row.warning,
        "critical": row.critical,
        "last_jobs": row.last_jobs,
    }


def alert_shown(row: Alert) -> dict[str, JSON]:
    """An alert, with the factor by which its limit was passed."""
    return {
        "id": str(row.id),
        "level": row.level,
        "message": row.message,
        "workflow": row.workflow.slug,
        "step": row.step,
        "job": str(row.job_id) if row.job_id else None,
        "value": row.value,
        "limit": row.limit,
        "factor": row.value / row.limit if row.limit else None,
        "is_open": row.is_open,
        "created_at": row.created_at.isoformat().replace("+00:00", "Z"),
    }
