"""`manage.py worker`: the program that runs jobs."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from backend.celery import WAKE_QUEUE, app


class Command(BaseCommand):
    """Runs jobs: a Celery worker of few threads, which serve as doorbells of the engine."""

    help = __doc__ or ""

    def handle(self, *_: object, **__: object) -> None:
        """Runs until it is told to stop."""
        options = ["--pool", "threads", "--concurrency", "2", "--queues", WAKE_QUEUE, "--loglevel", "WARNING"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        app.worker_main(["worker", *options, *quiet])
