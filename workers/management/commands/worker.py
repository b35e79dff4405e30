"""`manage.py worker`: the program that runs jobs."""

from __future__ import annotations

import warnings

from celery.exceptions import SecurityWarning
from django.core.management.base import BaseCommand

from backend.celery import app
from backend.queue import WAKE_QUEUE

_BELLS = 2  # threads that hear a ring; the work is done in the engine's own


class Command(BaseCommand):
    """Runs jobs: a Celery worker of few threads, which serve as doorbells of the engine."""

    help = __doc__ or ""
    requires_system_checks = ()  # they import all of the API; `up` and `migrate` make them

    def handle(self, *_: object, **__: object) -> None:
        """Runs until it is told to stop."""
        # Celery warns of root because of pickled messages; ours carry nothing, and only JSON is accepted.
        warnings.filterwarnings("ignore", category=SecurityWarning, module="celery")
        worker = app.Worker(
            pool_cls="threads",
            concurrency=_BELLS,
            queues=[WAKE_QUEUE],
            loglevel="WARNING",
            quiet=True,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        worker.start()
        raise SystemExit(worker.exitcode or 0)
