"""Leases of jobs, in raw SQL: how workers claim due jobs, keep them with one heartbeat, and give them back.

A lease is the row's owner and epoch. Whoever holds it may write; a write that changes no row means that it is lost.
Times of leases and timers are the database's.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import transaction

from backend.common import faultpoints
from backend.common.json import JSON
from backend.events import bus
from backend.jobs import closing, loading, sql
from backend.jobs.loading import Loaded

MAX_INTERRUPTIONS = 5  # owners that may die with a job before it is taken for the cause


class LeaseLost(Exception):
    """Another worker owns the job now, or it was ended from outside: stop at once and write nothing more."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to advance a job: valid as long as the row carries this owner and epoch."""

    job_id: UUID
    owner: UUID
    epoch: int


@dataclass(frozen=True, slots=True)
class Held:
    """A lease that a worker holds as the database sees it."""

    lease: Lease
    cancelled: bool  # somebody asked for the end of the job
    signals: int = 0  # deliveries to its waiting steps
    paused: bool = False  # somebody asked for a pause


# SQL that holds for the row of a job as long as the lease does.
HELD = "id = %s AND lease_owner = %s AND lease_epoch = %s AND status = 'RUNNING'"


def held(lease: Lease) -> list[JSON]:
    """The values of `HELD`."""
    return [sql.to_uuid(lease.job_id), sql.to_uuid(lease.owner), lease.epoch]


def stands(job_id: UUID, epoch: int) -> bool:
    """Whether a lease is still held by its owner, or by one that nobody has taken for dead yet."""
    same = "id = %s AND lease_epoch = %s AND status = 'RUNNING'"
    return bool(sql.hot(f"SELECT 1 FROM jobs_job WHERE {same}", [sql.to_uuid(job_id), epoch]))


# --- workers ----------------------------------------------------------------------------------------------------------


def worker_register(worker: UUID, *, host: str, pid: int, sandbox: JSON) -> None:
    """Announces a worker process."""
    sql.run(
        "INSERT INTO jobs_worker (id, host, pid, sandbox, started_at, seen_at)"
        f" VALUES (%s, %s, %s, %s, {sql.now()}, {sql.now()})",
        [sql.to_uuid(worker), host, pid, sql.to_json(sandbox)],
    )


def worker_forget(worker: UUID) -> None:
    """Withdraws a worker; whatever it still holds is freed by the next sweep."""
    sql.run("DELETE FROM jobs_worker WHERE id = %s", [sql.to_uuid(worker)])


def worker_describe(worker: UUID, *, sandbox: JSON) -> None:
    """Keeps what the worker's sandbox service says of itself."""
    sql.run("UPDATE jobs_worker SET sandbox = %s WHERE id = %s", [sql.to_json(sandbox), sql.to_uuid(worker)])


def heartbeat(worker: UUID) -> list[Held] | None:
    """Keeps all leases of a worker in one statement, and answers which they are.

    None when the worker is not known, or no longer, because another process took it for dead.
    """
    with transaction.atomic():
        if sql.run(f"UPDATE jobs_worker SET seen_at = {sql.now()} WHERE id = %s", [sql.to_uuid(worker)]) == 0:
            return None
        rows = sql.rows(
            "SELECT id, lease_epoch, cancel_requested_at, signal_seq, pause_requested_at FROM jobs_job"
            " WHERE status = 'RUNNING' AND lease_owner = %s",
            [sql.to_uuid(worker)],
        )
    return [
        Held(Lease(sql.as_uuid(id_), worker, epoch), cancel_at is not None, signals, pause_at is not None)
        for id_, epoch, cancel_at, signals, pause_at in rows
    ]


def bury(*, lease_seconds: float) -> int:
    """Removes workers without a heartbeat, all but their history; answers how many."""
    silent = f"SELECT id FROM jobs_worker WHERE seen_at < {sql.now(plus='%s')} {_free('UPDATE')}"
    return sql.run(f"DELETE FROM jobs_worker WHERE id IN ({silent})", [-lease_seconds])


def worker_count() -> int:
    """How many workers there are."""
    ((count,),) = sql.rows("SELECT COUNT(*) FROM jobs_worker", [])
    return int(count)


def workers_of_host(host: str) -> list[tuple[UUID, int]]:
    """The workers that say they run on a host, with their process ids."""
    rows = sql.rows("SELECT id, pid FROM jobs_worker WHERE host = %s", [host])
    return [(sql.as_uuid(id_), pid) for id_, pid in rows]


def database_now() -> datetime:
    """The database's time, by which waits and leases are measured."""
    ((found,),) = sql.rows(f"SELECT {sql.now()}", [])
    return found if isinstance(found, datetime) else datetime.fromisoformat(found).replace(tzinfo=UTC)


# --- taking jobs ------------------------------------------------------------------------------------------------------


def claim(owner: UUID, *, limit: int) -> list[Lease]:
    """Takes up to `limit` due jobs in one statement: by priority and age, so that no job waits for ever.

    A job counts as if it had come some minutes later for each step of its priority; among equals the oldest is first.
    """
    return [lease for lease, _ in claim_loaded(owner, limit=limit)]


def claim_loaded(owner: UUID, *, limit: int, sure: bool = True) -> list[tuple[Lease, Loaded]]:
    """The same with the jobs themselves, as they are now; not `sure`: there may well be none."""
    if not sure and not sql.postgresql() and not anything_due():
        return []  # a claim that finds nothing writes all the same, on SQLite
    # PostgreSQL needs no transaction around one statement, which is two messages less. On SQLite a claim does not wait
    # for the disk: if the power fails, its worker is gone as well.
    with nullcontext() if sql.postgresql() else sql.unhurried():
        rows = sql.hot(_claim(limit), [settings.PRIORITY_AGEING_SECONDS, sql.to_uuid(owner)])
    if rows:
        faultpoints.reached("claim.committed")
    found = [loading.loaded(row) for row in rows]
    return [(Lease(one.job.id, owner, one.job.lease_epoch), one) for one in found]


@lru_cache(maxsize=64)
def _claim(limit: int) -> str:
    # Materialized, or PostgreSQL may look for due jobs once for each row, and claim more than the limit. The heads
    # of each priority come from its index; more of them than wanted, for others may be claiming the first ones.
    return (
        f"WITH heads AS MATERIALIZED ({_heads(limit * 4 + 8)}), due AS MATERIALIZED (SELECT id FROM jobs_job"
        f" WHERE id {_among('SELECT id FROM heads')} AND status IN ('QUEUED', 'WAITING') AND due_at <= {sql.now()}"
        f" ORDER BY {sql.later('due_at', 'priority * %s')}, id LIMIT {limit:d} {_free('UPDATE')})"
        " UPDATE jobs_job SET status = 'RUNNING', lease_owner = %s, lease_epoch = lease_epoch + 1,"
        f" wait_reason = '', started_at = COALESCE(started_at, {sql.now()})"
        f" WHERE id {_among('SELECT id FROM due')}"
        f" RETURNING {loading.columns()}"
    )


def _among(ids: str) -> str:
    """SQL for being one of a few. PostgreSQL looks each up; a join it may well begin with all jobs that are due."""
    return f"= ANY(ARRAY({ids}))" if sql.postgresql() else f"IN ({ids})"


def _heads(most: int) -> str:
    """SQL for the oldest due jobs of each priority, so many of each."""
    return " UNION ALL ".join(
        f"SELECT id FROM (SELECT id FROM jobs_job WHERE priority = {priority} AND status IN ('QUEUED', 'WAITING')"
        f" AND due_at <= {sql.now()} ORDER BY due_at, id LIMIT {most:d}) AS of_{priority}"
        for priority in range(4)
    )


def anything_due() -> bool:
    """Whether there is a job that could start now."""
    due = f"SELECT 1 FROM jobs_job WHERE status IN ('QUEUED', 'WAITING') AND due_at <= {sql.now()} LIMIT 1"
    return bool(sql.hot(due, []))


# --- letting go of jobs -----------------------------------------------------------------------------------------------


def free_orphans() -> int:
    """Queues the jobs of workers that are gone, and fails those that outlived too many owners; answers how many."""
    with transaction.atomic():
        orphans = sql.rows(
            "SELECT id, lease_owner, lease_epoch FROM jobs_job WHERE status = 'RUNNING'"
            f" AND lease_owner NOT IN (SELECT id FROM jobs_worker) {_free('NO KEY UPDATE')}",
            [],
        )
        # One by one and by epoch: another process may sweep, too, or a living worker may have claimed one meanwhile.
        return sum(
            _let_go(Lease(sql.as_uuid(id_), sql.as_uuid(owner), epoch), reason="its worker was lost", died=True)
            for id_, owner, epoch in orphans
        )


def _free(lock: str) -> str:
    """SQL that passes over rows which somebody holds: one process that was frozen in a transaction must not hold up all
    that look after the jobs of others. Its own are freed once the database has given it up."""
    return f"FOR {lock} SKIP LOCKED" if sql.postgresql() else ""


def give_back(lease: Lease, *, reason: str) -> bool:
    """Lets go of a job that its owner cannot go on with now; False when the lease is not held any more."""
    with transaction.atomic():
        return _let_go(lease, reason=reason, seconds=1.0, died=False)


def _let_go(lease: Lease, *, reason: str, died: bool, seconds: float = 0.0) -> bool:
    # Only a death counts against the job: an owner that gives it back, as its database was slow, was not killed by it.
    rows = sql.rows(
        f"UPDATE jobs_job SET status = 'QUEUED', lease_owner = NULL, due_at = {sql.now(plus='%s')}, wait_reason = %s,"
        " interruptions = interruptions + %s, event_seq = event_seq + 1"
        f" WHERE {HELD} AND interruptions < %s RETURNING event_seq",
        [seconds, reason, int(died), *held(lease), MAX_INTERRUPTIONS + (not died)],
    )
    for (seq,) in rows:
        told = closing.event("job.requeued", lease.job_id, status="QUEUED", reason=reason)
        closing.insert_events(lease.job_id, [told], first=seq)
        bus.hint(lease.job_id)
    return bool(rows) or _fail_poisoned(lease)


def _fail_poisoned(lease: Lease) -> bool:
    message = (
        f"{MAX_INTERRUPTIONS + 1} workers in a row lost this job before a step ended, so it is taken for the cause."
    )
    error = {"type": "worker_lost", "message": message, "step": None, "path": None, "attempt": None}
    rows = sql.rows(
        f"UPDATE jobs_job SET status = 'FAILED', lease_owner = NULL, error = %s, finished_at = {sql.now()},"
        f" event_seq = event_seq + 1 WHERE {HELD} RETURNING event_seq, parent_id, parent_path",
        [sql.to_json(error), *held(lease)],
    )
    for seq, parent_id, parent_path in rows:
        parent = closing.Parent.of(parent_id, parent_path)
        closing.end_outside(lease.job_id, seq=seq, kind="job.failed", status="FAILED", parent=parent, error=error)
    return bool(rows)
