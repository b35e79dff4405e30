"""What every stored thing has."""

from __future__ import annotations

from django.db import models

from backend.common.ids import uuid7


class Entity(models.Model):
    """A row with a time-ordered id and the time of its making."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
