"""What is forgotten after a time, so that no table grows for ever."""

from __future__ import annotations

from django.utils import timezone

from backend.triggers.services import firing


def tidy() -> None:
    """Called by the scheduler every few minutes."""
    firing.runs_forget(now=timezone.now())
