"""What is forgotten after a time, so that no table grows for ever."""

from __future__ import annotations

from django.utils import timezone

from backend.triggers.services import deliveries, firing


def tidy() -> None:
    """Called by the scheduler every few minutes."""
    now = timezone.now()
    firing.runs_forget(now=now)
    deliveries.deliveries_forget(now=now)
