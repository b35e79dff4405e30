"""How the installation is: each part by name, and what to do about one that is not well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import redis
from django.conf import settings
from django.db import DatabaseError, connection

from backend.common.json import JSON
from backend.common.redis import client
from backend.jobs import selectors
from backend.jobs.models import Worker

VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: whether it works, and if not, why and what to do."""

    name: str
    ok: bool
    detail: str = ""
    needed: bool = True  # without it nothing can be served

    def as_json(self) -> dict[str, JSON]:
        """The shape of the API."""
        return {"ok": self.ok, "detail": self.detail}


def parts() -> list[Part]:
    """Every part that requests and jobs depend on."""
    database = _database()
    if not database.ok:
        return [database, _redis()]
    worker, sandbox = _worker()
    return [database, _redis(), worker, _scheduler(), sandbox]


def _database() -> Part:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM jobs_worker LIMIT 1")
    except DatabaseError as error:
        detail = f"{str(error).splitlines()[0]}. Check DATABASE_URL and that the server runs, then `manage.py migrate`."
        return Part("database", ok=False, detail=detail)
    return Part("database", ok=True)


def _redis() -> Part:
    try:
        client().ping()
    except redis.RedisError as error:
        detail = f"{error}. Jobs still run, a little later; live events come by polling. Check REDIS_URL."
        return Part("redis", ok=False, detail=detail, needed=False)
    return Part("redis", ok=True)


def _worker() -> tuple[Part, Part]:
    living = living_workers()
    if not living:
        detail = "No worker has been seen lately: jobs wait. Start one with `manage.py worker`."
        return Part("worker", ok=False, detail=detail, needed=False), Part(
            "sandbox", ok=False, detail="Unknown without a worker.", needed=False
        )
    described = living[-1].sandbox or {}
    ok = bool(described.get("isolation"))
    return Part("worker", ok=True, detail=f"{len(living)} alive"), Part(
        "sandbox", ok=ok, detail=described.get("reason") or described.get("isolation", ""), needed=False
    )


def _scheduler() -> Part:
    seen_at = selectors.scheduler_last_seen()
    if seen_at is not None and _fresh(seen_at):
        return Part("scheduler", ok=True)
    detail = "None has been seen lately: jobs of lost workers are not freed. Start one with `manage.py scheduler`."
    return Part("scheduler", ok=False, detail=detail, needed=False)


def _fresh(seen_at: datetime) -> bool:
    return (datetime.now(UTC) - seen_at).total_seconds() < settings.LEASE_SECONDS


def living_workers() -> list[Worker]:
    """The workers that have been seen lately, the youngest last."""
    return [worker for worker in selectors.workers_alive() if _fresh(worker.seen_at)]


def worker_lives() -> bool:
    """Whether a worker has been seen lately."""
    return bool(living_workers())


def system() -> dict[str, JSON]:
    """What the console shows of the installation: version, isolation of scripts, workers."""
    living = living_workers()
    described = living[-1].sandbox if living else {}
    languages = described.get("languages", {})
    return {
        "version": VERSION,
        "sandbox": {
            "isolation": described.get("isolation", ""),
            "message": described.get("reason", ""),
            "languages": [name for name, found in languages.items() if found.get("available")],
        },
        "worker": {"alive": len(living)},
    }
