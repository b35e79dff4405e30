"""The Celery application: a message is a doorbell without content, the database is the queue (`backend/queue.py`)."""

from __future__ import annotations

import os

from celery import Celery
from kombu import Queue

from backend.queue import WAKE_QUEUE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")


def broker_url(redis_url: str) -> str:
    """Kombu's spelling of a Redis URL: it says `redis+socket://` where redis-py says `unix://`."""
    return redis_url.replace("unix://", "redis+socket://", 1)


def make_app(redis_url: str) -> Celery:
    """An application whose losses do not matter: nothing is acknowledged late, retried, prefetched or answered."""
    app = Celery("stepgraph")
    app.conf.update(
        broker_url=broker_url(redis_url),
        result_backend=None,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_queues=[Queue(WAKE_QUEUE, no_ack=True)],  # a bell that is lost loses nothing
        task_default_queue=WAKE_QUEUE,
        task_create_missing_queues=False,
        task_publish_retry=False,
        task_acks_late=False,
        worker_pool="threads",
        worker_prefetch_multiplier=8,  # bells are empty; at the limit the thread pool would hear one only each second
        worker_send_task_events=False,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_pool_limit=2,
        broker_transport_options={
            "priority_steps": [0],
            "socket_timeout": 5,
            "socket_connect_timeout": 1,
            "health_check_interval": 25,
            "max_connections": 20,
        },
        timezone="UTC",
        imports=["workers.tasks"],
    )
    return app


def _configured() -> Celery:
    from django.conf import settings

    app = make_app(settings.REDIS_URL)
    app.conf.CELERY_DB_REUSE_MAX = settings.CELERY_DB_REUSE_MAX
    return app


app = _configured()
