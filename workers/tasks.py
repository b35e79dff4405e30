"""The Celery task: an interface of a few lines, the work is the engine's."""

from __future__ import annotations

from typing import Any

from celery.signals import worker_ready, worker_shutdown

from backend import queue
from backend.catalog.connectors import ConnectorType
from backend.catalog.steps import StepType
from backend.celery import app
from backend.common import memory
from workers.engine.owner import errands, worker
from workers.mailboxes import watching
from workers.notices import courier


@app.task(name=queue.DRAIN_TASK)
def drain() -> None:
    """Claims due jobs into this process's free slots, and goes on until nothing is due."""
    worker.host().hear()


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
    StepType.registry.load()  # not in the time of the first job
    ConnectorType.registry.load()
    memory.settle()
    worker.start()
    watching.start(worker.stopping)


@worker_shutdown.connect
def _stop(**_: Any) -> None:
    worker.stop()
