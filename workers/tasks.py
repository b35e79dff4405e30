"""The Celery task: an interface of a few lines, the work is the engine's."""

from __future__ import annotations

import gc
from typing import Any

from celery.signals import worker_ready, worker_shutdown

from backend import queue
from backend.catalog.connectors import ConnectorType
from backend.catalog.steps import StepType
from backend.celery import app
from workers.engine import errands, worker
from workers.mailboxes import watching
from workers.notices import courier


@app.task(name=queue.DRAIN_TASK)
def drain() -> None:
    """Claims due jobs into this process's free slots."""
    queue.heard()
    worker.host().look()


@app.task(name=queue.DELIVER_TASK)
def deliver() -> None:
    """Sends the messages that wait, in a thread of their own."""
    queue.heard_to_deliver()
    courier.look()


@app.task(name=queue.ERRAND_TASK)
def errand() -> None:
    """Does what somebody waits for, in a thread of its own."""
    queue.heard_of_errand()
    errands.look()


@worker_ready.connect
def _start(**_: Any) -> None:
    _keep_what_is_loaded()
    worker.start()
    watching.start(worker.stopping)


@worker_shutdown.connect
def _stop(**_: Any) -> None:
    worker.stop()


def _keep_what_is_loaded() -> None:
    """Takes all classes and modules out of the sight of the garbage collector.

    Otherwise a full collection goes through them each time, which takes longer than half of the time that the
    expressions of a step may take, in whichever step it happens to begin.
    """
    StepType.registry.load()
    ConnectorType.registry.load()
    gc.collect()
    gc.freeze()
