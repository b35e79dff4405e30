"""Workflows with their draft, and the immutable versions made from it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.common.fields import DocumentField
from backend.common.models import Entity


class Workflow(Entity):
    """What a user builds. The draft lives here; what runs is a WorkflowVersion."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="workflows")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    folder = models.CharField(max_length=200, blank=True)  # a path for people: “Sales/Orders”
    tags = models.JSONField(default=list, blank=True)  # words for people, sorted
    is_active = models.BooleanField(default=True)
    is_hidden = models.BooleanField(default=False, db_default=False)  # the product's own: tests of steps run under it
    definition = DocumentField(default=dict)  # the draft: may be invalid
    draft_revision = models.PositiveIntegerField(default=1)  # counts up with every change of the draft
    draft_checksum = models.CharField(max_length=64, blank=True)  # to be compared with the published version's
    published_version = models.ForeignKey(
        "workflows.WorkflowVersion", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "slug"], name="workflow_slug_in_organization")]
        indexes = [models.Index(fields=["organization", "-updated_at"])]


class WorkflowVersion(Entity):
    """A definition that never changes. Without a number it is a snapshot of a draft, made for a test run."""

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(null=True, blank=True)
    definition = DocumentField()
    checksum = models.CharField(max_length=64)  # SHA-256 of the canonical JSON
    note = models.TextField(blank=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workflow", "number"], name="version_number_in_workflow"),
            models.UniqueConstraint(
                fields=["workflow", "checksum"], condition=Q(number__isnull=True), name="one_snapshot_per_draft"
            ),
        ]
