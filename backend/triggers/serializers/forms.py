"""The shapes of forms at the API."""

from __future__ import annotations

from rest_framework import serializers

from backend.common.json import JSON
from backend.common.serializers import StrictSerializer
from backend.jobs.serializers import iso
from backend.triggers.models import Form
from backend.triggers.models.forms import Access
from backend.triggers.selectors.forms import form_url
from backend.workflows.format import triggers as limits


class FormFields(StrictSerializer):
    """What can be changed: `PATCH /api/forms/{id}/`."""

    title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    access = serializers.ChoiceField(choices=Access.choices, required=False)
    respond = serializers.ChoiceField(choices=["immediately", "when_finished"], required=False)
    timeout = serializers.FloatField(min_value=limits.MIN_WAIT, max_value=limits.MAX_WAIT, required=False)
    start_at = serializers.CharField(max_length=100, required=False, allow_blank=True)
    is_active = serializers.BooleanField(required=False)


class FormInput(FormFields):
    """`POST /api/forms/`."""

    workflow = serializers.CharField(max_length=80, help_text="The workflow's id or slug.")


def form_shown(form: Form, *, with_url: bool) -> dict[str, JSON]:
    """A form as the API shows it. Its address starts jobs, so that it is for those who may start them."""
    return {
        "id": str(form.pk),
        "workflow": str(form.workflow_id),
        "workflow_slug": form.workflow.slug,
        "workflow_name": form.workflow.name,
        "workflow_is_published": form.workflow.published_version_id is not None,
        "trigger_id": form.trigger_id,
        "url": form_url(form) if with_url else None,
        "title": form.title,
        "description": form.description,
        "access": form.access,
        "respond": form.respond,
        "timeout": form.timeout,
        "start_at": form.start_at,
        "is_active": form.is_active,
        "created_at": iso(form.created_at),
    }
