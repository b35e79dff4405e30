"""`manage.py scheduler`: the program that sweeps."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand

from workers.processes import scheduler


class Command(BaseCommand):
    """Frees the jobs of lost workers and wakes workers for what is due. Any number may run."""

    help = __doc__ or ""
    requires_system_checks = ()  # they import all of the API; `up` and `migrate` make them

    def handle(self, *_: object, **__: object) -> None:
        """Runs until it is told to stop."""
        scheduler.run(lease_seconds=settings.LEASE_SECONDS)
