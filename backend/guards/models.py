"""Circuits and kept results, of one organisation each."""

from __future__ import annotations

from django.db import models

from backend.common.fields import DocumentField
from backend.common.models import Entity


class CircuitState(models.TextChoices):
    """Closed: calls go through. Open: none does. Half open: a few try whether the target is well again."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Circuit(Entity):
    """The health of a target as its calls have shown it."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="circuits")
    key = models.CharField(max_length=200)  # `connector:<slug>` or `step:<workflow id>:<step id>`
    label = models.CharField(max_length=300)  # for people
    state = models.CharField(max_length=9, choices=CircuitState.choices, default=CircuitState.CLOSED)
    failures = models.PositiveIntegerField(default=0)  # in a row, while closed
    round = models.PositiveIntegerField(default=0)  # counts openings and trials: a late answer of an older one is void
    probes = models.PositiveIntegerField(default=0)  # let through while half open
    successes = models.PositiveIntegerField(default=0)  # of those
    trials = DocumentField(null=True)  # those of them without an answer: a list of [job, epoch of its lease, path]
    threshold = models.PositiveIntegerField(default=5)
    timeout = models.FloatField(default=60)
    half_open = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()  # of the state, by the database's clock
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="circuit_key_in_organization")]


class CacheEntry(Entity):
    """A step's result for later jobs with the same key, or the note that somebody is about to find it."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="cache_entries")
    digest = models.CharField(max_length=64)  # of workflow, step, its settings and the key
    workflow_id = models.UUIDField(db_index=True)
    step = models.CharField(max_length=100)
    key = models.CharField(max_length=200)  # as rendered, cut, for people
    value = DocumentField(null=True)
    port = models.CharField(max_length=100, blank=True)
    stored_at = models.DateTimeField(null=True)  # null: there is no value yet
    expires_at = models.DateTimeField(null=True)
    keep_until = models.DateTimeField()  # then it is deleted: it may be of use after a failure until then
    filler = models.CharField(max_length=40, blank=True)  # the lease of the job that is about to find the value
    fill_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "digest"], name="cache_digest_in_organization")]
        indexes = [models.Index(fields=["keep_until"], name="cache_age")]
