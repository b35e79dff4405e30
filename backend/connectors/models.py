"""Connectors, secrets and variables of an organisation."""

from __future__ import annotations

from django.db import models

from backend.common.fields import DocumentField
from backend.common.models import Entity


class Named(Entity):
    """What the three have in common."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="+")
    description = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Connector(Named):
    """One configured connector of some type; workflows name it by its slug."""

    name = models.CharField(max_length=120)
    slug = models.CharField(max_length=60)
    type = models.CharField(max_length=40)
    config = models.JSONField(default=dict)  # without the secret fields
    sealed = models.TextField(blank=True)  # the secret fields by path, as encrypted JSON
    sealed_tokens = models.TextField(blank=True)  # what it got by signing in, encrypted; renewed by the workers
    hints = models.JSONField(default=dict)  # what may be shown of each secret field that is set
    target = models.CharField(max_length=1000, blank=True)  # where the secrets go; they do not open for another one
    last_used_at = models.DateTimeField(null=True, blank=True)  # to the minute
    tested_at = models.DateTimeField(null=True, blank=True)
    test_ok = models.BooleanField(null=True, blank=True)
    test_message = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "slug"], name="connector_slug_in_organization")]


class Secret(Named):
    """A value that nobody can read again; `secrets.KEY` where the format allows it."""

    key = models.CharField(max_length=100)
    sealed = models.TextField(blank=True)  # encrypted; empty after its hosts were changed
    hint = models.CharField(max_length=10, blank=True)
    allowed_hosts = models.JSONField(default=list, blank=True)  # empty: any
    changed_at = models.DateTimeField()  # of the value
    last_used_at = models.DateTimeField(null=True, blank=True)  # to the minute

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="secret_key_in_organization")]


class Variable(Named):
    """A value for all workflows of the organisation: `vars.KEY`."""

    key = models.CharField(max_length=100)
    value = DocumentField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="variable_key_in_organization")]


class Errand(Entity):
    """A short piece of work that needs the way out, for a person who waits: only workers have it."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="+")
    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=20)
    sealed = models.TextField()  # what it needs to know, encrypted: settings that were not saved yet, codes
    answer = DocumentField(null=True)
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
