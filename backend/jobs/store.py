"""The hot statements, in raw SQL: how workers claim, keep, advance and give back jobs.

Every write of an owner is conditional on its lease (owner and epoch); a write that changes no row means that the
lease is lost. Times of leases and timers are the database's. The ORM, several times the cost, serves everything else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction

from backend.common.json import JSON
from backend.events import bus

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
class StepRecord:
    """The whole state of a step run as it is to be stored. Times are ISO texts in UTC."""

    path: str
    step: str
    type: str
    status: str
    order: int
    port: str = ""
    continued: bool = False
    output: JSON = None
    error: JSON = None
    attempts: Sequence[JSON] = ()
    input: JSON = None
    log: str = ""
    started_at: str | None = None
    ended_at: str | None = None
    resume_at: str | None = None


@dataclass(frozen=True, slots=True)
class JobChange:
    """What a checkpoint changes on the job itself. `due_in` is in seconds from now, for a job that waits."""

    status: str
    output: JSON = None
    response: JSON = None
    error: JSON = None
    warnings: Sequence[JSON] = ()
    due_in: float = 0.0
    wait_reason: str = ""
    ended: bool = field(default=False)


def _postgresql() -> bool:
    return connection.vendor == "postgresql"


def _now(*, plus: str = "") -> str:
    """SQL for the database's clock; `plus` is SQL for a number of seconds, such as a placeholder."""
    if _postgresql():
        return f"(clock_timestamp() + ({plus}) * interval '1 second')" if plus else "clock_timestamp()"
    moved = f", ({plus}) || ' seconds'" if plus else ""
    return f"strftime('%%Y-%%m-%%d %%H:%%M:%%f000', 'now'{moved})"


def _uuid(value: UUID) -> UUID | str:
    return value if _postgresql() else value.hex


def _json(value: JSON) -> str | None:
    return None if value is None else clean(json.dumps(value, ensure_ascii=False, separators=(",", ":")), nul="\\u0000")


def clean(text: str, *, nul: str = "\x00") -> str:
    """Text that every database stores: PostgreSQL refuses NUL, and lone surrogates are not UTF-8."""
    if nul in text:
        text = text.replace(nul, "\ufffd")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _as_uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


# --- workers --------------------------------------------------------------------------------------------------------


def worker_register(worker: UUID, *, host: str, pid: int, sandbox: JSON) -> None:
    """Announces a worker process."""
    _run(
        "INSERT INTO jobs_worker (id, host, pid, sandbox, started_at, seen_at)"
        f" VALUES (%s, %s, %s, %s, {_now()}, {_now()})",
        [_uuid(worker), host, pid, _json(sandbox)],
    )


def worker_forget(worker: UUID) -> None:
    """Withdraws a worker; whatever it still holds is freed by the next sweep."""
    _run("DELETE FROM jobs_worker WHERE id = %s", [_uuid(worker)])


def worker_describe(worker: UUID, *, sandbox: JSON) -> None:
    """Keeps what the worker's sandbox service says of itself."""
    _run("UPDATE jobs_worker SET sandbox = %s WHERE id = %s", [_json(sandbox), _uuid(worker)])


def heartbeat(worker: UUID) -> list[UUID] | None:
    """Keeps all leases of a worker in one statement, and answers its jobs that are to be cancelled.

    None when the worker is no longer known, because another process took it for dead.
    """
    with transaction.atomic():
        if _run(f"UPDATE jobs_worker SET seen_at = {_now()} WHERE id = %s", [_uuid(worker)]) == 0:
            return None
        rows = _rows(
            "SELECT id FROM jobs_job WHERE status = 'RUNNING' AND lease_owner = %s AND cancel_requested_at IS NOT NULL",
            [_uuid(worker)],
        )
    return [_as_uuid(row[0]) for row in rows]


def bury(*, lease_seconds: float) -> int:
    """Removes workers without a heartbeat, all but their history; answers how many."""
    return _run(f"DELETE FROM jobs_worker WHERE seen_at < {_now(plus='%s')}", [-lease_seconds])


def workers_of_host(host: str) -> list[tuple[UUID, int]]:
    """The workers that say they run on a host, with their process ids."""
    return [(_as_uuid(row[0]), row[1]) for row in _rows("SELECT id, pid FROM jobs_worker WHERE host = %s", [host])]


def free_orphans() -> int:
    """Queues the jobs of workers that are gone, and fails those that outlived too many owners; answers how many."""
    orphan = "status = 'RUNNING' AND (lease_owner IS NULL OR lease_owner NOT IN (SELECT id FROM jobs_worker))"
    with transaction.atomic():
        poisoned = _rows(f"SELECT id FROM jobs_job WHERE {orphan} AND interruptions >= %s", [MAX_INTERRUPTIONS])
        for row in poisoned:
            _fail_poisoned(_as_uuid(row[0]))
        return _run(
            f"UPDATE jobs_job SET status = 'QUEUED', lease_owner = NULL, due_at = {_now()},"
            f" wait_reason = 'its worker was lost', interruptions = interruptions + 1 WHERE {orphan}",
            [],
        ) + len(poisoned)


def _fail_poisoned(job_id: UUID) -> None:
    message = (
        f"{MAX_INTERRUPTIONS + 1} workers in a row were lost while they ran this job, so it is taken for the cause."
    )
    error = {"type": "worker_lost", "message": message, "step": None, "path": None, "attempt": None}
    seq = _rows(
        "UPDATE jobs_job SET status = 'FAILED', lease_owner = NULL, lease_epoch = lease_epoch + 1, error = %s,"
        f" finished_at = {_now()}, event_seq = event_seq + 1 WHERE id = %s RETURNING event_seq",
        [_json(error), _uuid(job_id)],
    )[0][0]
    _insert_events(job_id, [{"type": "job.failed", "status": "FAILED", "error": message}], first=seq)


# --- jobs -----------------------------------------------------------------------------------------------------------


def claim(owner: UUID, *, limit: int) -> list[Lease]:
    """Takes up to `limit` due jobs, the most urgent and oldest first, in one statement."""
    skip = "FOR UPDATE SKIP LOCKED" if _postgresql() else ""
    with transaction.atomic():
        rows = _rows(
            "UPDATE jobs_job SET status = 'RUNNING', lease_owner = %s, lease_epoch = lease_epoch + 1, wait_reason = '',"
            f" started_at = COALESCE(started_at, {_now()}) WHERE id IN (SELECT id FROM jobs_job"
            f" WHERE status IN ('QUEUED', 'WAITING') AND due_at <= {_now()}"
            f" ORDER BY priority, due_at, id LIMIT %s {skip}) RETURNING id, lease_epoch",
            [_uuid(owner), limit],
        )
    return [Lease(_as_uuid(row[0]), owner, row[1]) for row in rows]


def due_count() -> int:
    """How many jobs could start now."""
    return int(
        _rows(f"SELECT count(*) FROM jobs_job WHERE status IN ('QUEUED', 'WAITING') AND due_at <= {_now()}", [])[0][0]
    )


def checkpoint(
    lease: Lease, *, steps: Sequence[StepRecord], events: Sequence[JSON], change: JobChange | None = None
) -> bool:
    """Records progress in one transaction, fenced by the lease; answers whether the job is to be cancelled.

    Raises LeaseLost, and then nothing was written.
    """
    with transaction.atomic():
        seq, cancel = _advance_job(lease, len(events), change)
        _upsert_steps(lease.job_id, steps)
        _insert_events(lease.job_id, events, first=seq - len(events) + 1)
        bus.hint(lease.job_id)
    return cancel


def _advance_job(lease: Lease, count: int, change: JobChange | None) -> tuple[int, bool]:
    sets, values = ["event_seq = event_seq + %s"], [count]
    if change is not None:
        more, others = _change_sql(change)
        sets, values = sets + more, values + others
    rows = _rows(
        f"UPDATE jobs_job SET {', '.join(sets)} WHERE id = %s AND lease_owner = %s AND lease_epoch = %s"
        " AND status = 'RUNNING' RETURNING event_seq, cancel_requested_at",
        [*values, _uuid(lease.job_id), _uuid(lease.owner), lease.epoch],
    )
    if not rows:
        raise LeaseLost(str(lease.job_id))
    return rows[0][0], rows[0][1] is not None


def _change_sql(change: JobChange) -> tuple[list[str], list[JSON]]:
    sets = ["status = %s", "lease_owner = NULL", f"due_at = {_now(plus='%s')}", "wait_reason = %s", "warnings = %s"]
    values: list[JSON] = [change.status, change.due_in, change.wait_reason, _json(list(change.warnings))]
    if change.ended:
        sets += ["output = %s", "response = %s", "error = %s", f"finished_at = {_now()}"]
        values += [_json(change.output), _json(change.response), _json(change.error)]
    return sets, values


_STEP_COLUMNS = (
    "status", "port", "continued", "output", "error", "attempts", "input", "log", "started_at", "ended_at", "resume_at",
)  # fmt: skip


def _upsert_steps(job_id: UUID, steps: Sequence[StepRecord]) -> None:
    if not steps:
        return
    columns = ("job_id", "path", "step", "type", '"order"', *_STEP_COLUMNS)
    updates = ", ".join(f"{name} = excluded.{name}" for name in _STEP_COLUMNS)
    sql = (
        f"INSERT INTO jobs_steprun ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
        f" ON CONFLICT (job_id, path) DO UPDATE SET {updates}"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_step_values(job_id, step) for step in steps])


def _step_values(job_id: UUID, step: StepRecord) -> list[JSON]:
    return [
        _uuid(job_id), step.path, step.step, step.type, step.order, step.status, step.port, step.continued,
        _json(step.output), _json(step.error), _json(list(step.attempts)), _json(step.input), clean(step.log),
        step.started_at, step.ended_at, step.resume_at,
    ]  # fmt: skip


def _insert_events(job_id: UUID, events: Sequence[JSON], *, first: int) -> None:
    if not events:
        return
    job = _uuid(job_id)
    rows = [[job, first + index, _json(event)] for index, event in enumerate(events)]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO jobs_jobevent (job_id, seq, data) VALUES (%s, %s, %s)", rows)


def cancel(job_id: UUID, *, reason: str) -> bool:
    """Marks a live job for cancelling; one that nobody runs ends here. False when it had ended before."""
    with transaction.atomic():
        rows = _rows(
            f"UPDATE jobs_job SET cancel_requested_at = {_now()}, cancel_reason = %s,"
            " status = CASE WHEN status = 'RUNNING' THEN status ELSE 'CANCELLED' END,"
            f" finished_at = CASE WHEN status = 'RUNNING' THEN NULL ELSE {_now()} END,"
            " event_seq = event_seq + CASE WHEN status = 'RUNNING' THEN 0 ELSE 1 END"
            " WHERE id = %s AND status IN ('PENDING', 'QUEUED', 'RUNNING', 'WAITING', 'PAUSED')"
            " AND cancel_requested_at IS NULL RETURNING status, event_seq",
            [reason, _uuid(job_id)],
        )
        if rows and rows[0][0] == "CANCELLED":
            _insert_events(job_id, [{"type": "job.cancelled", "status": "CANCELLED"}], first=rows[0][1])
    return bool(rows)


def _run(sql: str, values: Sequence[JSON]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def _rows(sql: str, values: Sequence[JSON]) -> list[tuple[JSON, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
