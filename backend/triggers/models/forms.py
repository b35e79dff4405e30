"""Forms: pages that start jobs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.common.models import Entity


class Access(models.TextChoices):
    """Who may fill it in."""

    PUBLIC = "public"  # whoever knows the address
    MEMBERS = "members"  # signed-in members who may start jobs


class Form(Entity):
    """A page made from the inputs of a workflow's published version; sending it starts a job."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="forms")
    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, related_name="forms")
    trigger_id = models.CharField(max_length=100, blank=True)  # of the definition's trigger that it was made from
    token = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True, max_length=10_000)
    access = models.CharField(max_length=10, choices=Access.choices, default=Access.PUBLIC)
    respond = models.CharField(
        max_length=20,
        choices=[("immediately", "Immediately"), ("when_finished", "When finished")],
        default="immediately",
    )
    timeout = models.FloatField(default=30)  # seconds that a page waits before it says that it goes on later
    start_at = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "trigger_id"], condition=~Q(trigger_id=""), name="form_trigger_in_workflow"
            ),
        ]
        indexes = [models.Index(fields=["organization", "-created_at"], name="form_of_organization")]


class Follower(Entity):
    """Starts a workflow when a job of another one has ended."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="followers")
    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, related_name="followers")
    trigger_id = models.CharField(max_length=100)
    followed = models.SlugField(max_length=80)  # the slug of the workflow whose jobs end
    on = models.CharField(
        max_length=10,
        choices=[("success", "Success"), ("failure", "Failure"), ("always", "Always")],
        default="success",
    )
    start_at = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workflow", "trigger_id"], name="follower_trigger_in_workflow"),
        ]
        indexes = [models.Index(fields=["organization", "followed"], name="follower_of_workflow")]
