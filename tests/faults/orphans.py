"""Sandboxes that nobody owns any more: processes of scripts, containers and folders that outlived what started them."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import docker
import psutil
from django.conf import settings

from sandboxes.runtimes.box import SERVICE_LABEL
from sandboxes.runtimes.family import marked
from sandboxes.service import identity
from tests.faults.corpus import ENDLESS

_PATIENCE = 10.0  # seconds in which what was cancelled must be gone


def of_jobs() -> list[str]:
    """Scripts that still run although every job has ended."""
    return _after_patience(_endless)


def of_service() -> list[str]:
    """What a service that was asked to stop has left."""
    service = identity(settings.STEPGRAPH_SANDBOX_URL)
    return _after_patience(lambda: [*_endless(), *_containers(service), *_processes(service), *_folders(service)])


def _after_patience(look: Callable[[], list[str]]) -> list[str]:
    deadline = time.monotonic() + _PATIENCE
    while (found := look()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return [f"orphan sandbox: {line}" for line in found]


def _endless() -> list[str]:
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if ENDLESS in words:
            found.append(f"process {process.pid}: {' '.join(words)}")
    return found


def _containers(service: str) -> list[str]:
    try:
        client = docker.from_env(timeout=10)
        ours = client.containers.list(all=True, filters={"label": f"{SERVICE_LABEL}={service}"}, ignore_removed=True)
    except docker.errors.DockerException:
        return []  # there is no engine, so nothing runs in one
    return [f"container {container.name}" for container in ours]


def _processes(service: str) -> list[str]:
    return [f"process {pid}" for pid in marked(f"{service}:")]


def _folders(service: str) -> list[str]:
    return [str(found) for found in Path(tempfile.gettempdir()).glob(f"stepgraph-sandbox-{service}-*")]
