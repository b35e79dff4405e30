"""The JSON of workflows, in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from backend import expressions
from backend.common.json import JSON
from backend.common.serializers import StrictSerializer
from backend.workflows import documents
from backend.workflows.format import yaml
from backend.workflows.models import Workflow, WorkflowVersion


class WorkflowSerializer(serializers.Serializer[Workflow]):
    """A workflow with its draft."""

    id = serializers.UUIDField()
    number = serializers.CharField(source="id.int", help_text="The id as a decimal number.")
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    folder = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    is_active = serializers.BooleanField()
    status = serializers.ChoiceField(choices=["draft", "published", "changed"])
    definition = serializers.JSONField()
    draft_revision = serializers.IntegerField()
    published_version = serializers.IntegerField(source="published_version.number", allow_null=True, default=None)
    schedule = serializers.SerializerMethodField(allow_null=True)
    trigger_type = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_schedule(self, workflow: Workflow) -> str | None:
        """The first schedule in the draft, as people write it."""
        found = [trigger for trigger in documents.triggers(workflow.definition) if trigger.get("type") == "schedule"]
        return _schedule_text(found[0]) if found else None

    def get_trigger_type(self, workflow: Workflow) -> str:
        """How it is started, by the first trigger of the draft."""
        found = documents.triggers(workflow.definition)
        return str(found[0].get("type", "manual")) if found else "manual"


def _schedule_text(trigger: Mapping[str, JSON]) -> str | None:
    if trigger.get("every_seconds"):
        return f"every {trigger['every_seconds']} seconds"
    text = trigger.get("cron") or trigger.get("at")
    return str(text) if text else None


class VersionSerializer(serializers.Serializer[WorkflowVersion]):
    """A published version, without its definition."""

    version = serializers.IntegerField(source="number")
    checksum = serializers.CharField()
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
    created_by = serializers.EmailField(source="created_by.email", allow_null=True, default=None)


class VersionDetailSerializer(VersionSerializer):
    """A published version."""

    definition = serializers.JSONField()


class _SlugField(serializers.SlugField):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=80, required=False, **options)


class NewWorkflow(StrictSerializer):
    """What makes a workflow. Without a definition it begins empty."""

    name = serializers.CharField(max_length=200)
    slug = _SlugField(allow_blank=True)
    description = serializers.CharField(max_length=10_000, allow_blank=True, required=False)
    definition = serializers.JSONField(required=False, allow_null=True)


class WorkflowChanges(StrictSerializer):
    """What can be changed; a definition carries the revision that it was made from."""

    name = serializers.CharField(max_length=200, required=False)
    slug = _SlugField()
    description = serializers.CharField(max_length=10_000, allow_blank=True, required=False)
    folder = serializers.CharField(max_length=200, allow_blank=True, required=False)
    tags = serializers.ListField(
        child=serializers.CharField(max_length=50), max_length=20, required=False, help_text="Words to find it by."
    )
    is_active = serializers.BooleanField(required=False)
    definition = serializers.JSONField(required=False)
    draft_revision = serializers.IntegerField(min_value=1, required=False)


class Candidate(StrictSerializer):
    """A document to judge; the draft when there is none."""

    definition = serializers.JSONField(required=False, allow_null=True)


class Publication(StrictSerializer):
    """What to remember about a version."""

    note = serializers.CharField(max_length=10_000, allow_blank=True, required=False, default="")


class Restoration(StrictSerializer):
    """Whether the restored version goes live at once."""

    publish = serializers.BooleanField(required=False, default=True)


class CopyName(StrictSerializer):
    """How the copy is called."""

    name = serializers.CharField(max_length=200, required=False, default="")


class WorkflowFilters(StrictSerializer):
    """What a list of workflows can be narrowed down by."""

    search = serializers.CharField(required=False, allow_blank=True, default="")
    is_active = serializers.BooleanField(required=False, allow_null=True, default=None)
    status = serializers.ChoiceField(
        choices=["", "draft", "published", "changed", "active", "inactive"],
        required=False,
        allow_blank=True,
        default="",
        help_text="“active” and “inactive” are another way to write is_active.",
    )
    folder = serializers.CharField(required=False, allow_blank=True, default="", help_text="With those inside it.")
    tag = serializers.CharField(required=False, allow_blank=True, default="")
    limit = serializers.CharField(required=False)  # of the pages
    offset = serializers.CharField(required=False)


def imported(data: JSON) -> dict[str, JSON]:
    """The arguments of an import: the body is a document, or an envelope around one as JSON or as YAML's text."""
    if not isinstance(data, dict) or not data.keys() & {"definition", "yaml"}:
        return {"definition": data}
    envelope = ImportEnvelope(data=data)
    envelope.is_valid(raise_exception=True)
    read = dict(envelope.validated_data)
    if "yaml" in read:
        read["definition"] = yaml.load(read.pop("yaml"))
    return read


class ImportEnvelope(StrictSerializer):
    """A document with the name and slug that it shall have here."""

    definition = serializers.JSONField(required=False)
    yaml = serializers.CharField(required=False, trim_whitespace=False)
    name = serializers.CharField(max_length=200, required=False)
    slug = _SlugField(allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two."""
        if ("definition" in attrs) == ("yaml" in attrs):
            raise serializers.ValidationError("Send “definition” or “yaml”.")
        return attrs


class ExpressionPreview(StrictSerializer):
    """An expression or a template, and the variables to try it with."""

    expression = serializers.CharField(required=False, max_length=50_000, trim_whitespace=False)
    template = serializers.CharField(required=False, max_length=50_000, trim_whitespace=False, allow_blank=True)
    template_context = serializers.ChoiceField(
        choices=expressions.CONTEXTS, required=False, default="text", help_text="Of a template: how values are written."
    )
    context = serializers.DictField(required=False, default=dict)  # type: ignore[assignment]  # fields leave the class

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two."""
        if ("expression" in attrs) == ("template" in attrs):
            raise serializers.ValidationError("Send “expression” or “template”.")
        return attrs
