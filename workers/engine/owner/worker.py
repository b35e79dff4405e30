"""This process's one host, made from the settings."""

from __future__ import annotations

import threading
from functools import cache

from django.conf import settings

from backend.catalog.connectors import Outside
from backend.common.egress import EgressClient, EgressPolicy
from sandboxes.client import SandboxClient
from workers.engine.attempts.context import Tools
from workers.engine.owner import delivering, errands
from workers.engine.owner.host import Host, HostSettings

_GRACE_SECONDS = 5.0
stopping = threading.Event()


@cache
def host() -> Host:
    """The host of this process."""
    sizes = HostSettings(
        job_slots=settings.WORKER_JOB_SLOTS,
        step_slots=settings.WORKER_STEP_SLOTS,
        lease_seconds=settings.LEASE_SECONDS,
    )
    return Host(sizes, tools=make_tools())


def make_tools() -> Tools:
    """The outside world of this installation."""
    policy = EgressPolicy.from_words(settings.STEPGRAPH_EGRESS_ALLOW)
    return Tools(
        sandbox=SandboxClient(settings.STEPGRAPH_SANDBOX_URL),
        http=EgressClient(policy),
        outside=Outside(policy),
    )


def start() -> None:
    """Begins to take jobs."""
    host().start()
    errands.start(stopping)
    delivering.start(EgressClient(EgressPolicy.from_words(settings.STEPGRAPH_EGRESS_ALLOW)), stopping)


def stop() -> None:
    """Lets running steps end for a moment, and leaves the rest to others."""
    stopping.set()
    host().stop(grace=_GRACE_SECONDS)
