"""Shapes of hooks."""

from __future__ import annotations

from rest_framework import serializers

from backend.common.json import JSON
from backend.common.serializers import StrictSerializer
from backend.hooks.models import Action, Hook, Moment


class HookInput(StrictSerializer):
    """A hook as people set it up."""

    name = serializers.CharField(max_length=100)
    moment = serializers.ChoiceField(Moment.choices)
    action = serializers.ChoiceField(Action.choices)
    config = serializers.DictField(
        help_text="expression: values {_name: expression}, deny_when, reason · http: url, timeout · workflow: workflow"
    )
    workflow = serializers.CharField(
        required=False, allow_null=True, default=None, help_text="Of these jobs only: id or slug."
    )
    position = serializers.IntegerField(required=False, default=0, help_text="Lower ones run first.")
    steps = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, default=list, help_text="Patterns of step ids."
    )
    step_types = serializers.ListField(child=serializers.CharField(max_length=100), required=False, default=list)
    error_types = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, default=list, help_text="Patterns: timeout, http_*"
    )
    blocking = serializers.BooleanField(required=False, default=False)
    is_active = serializers.BooleanField(required=False, default=True)


def hook_shown(hook: Hook) -> dict[str, JSON]:
    """A hook, without its secret."""
    names = ("name", "moment", "action", "config", "position", "steps", "step_types", "error_types")
    return {
        "id": str(hook.pk),
        **{name: getattr(hook, name) for name in names},
        "workflow": hook.workflow.slug if hook.workflow else None,
        "blocking": hook.blocking,
        "is_active": hook.is_active,
        "created_at": hook.created_at.isoformat().replace("+00:00", "Z"),
    }
