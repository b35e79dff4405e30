"""The hot statements, in raw SQL: how workers claim, keep, advance and give back jobs.

Every write of an owner is conditional on its lease (owner and epoch); a write that changes no row means that the
lease is lost. Times of leases and timers are the database's. The ORM, several times the cost, serves everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from backend.common import faultpoints
from backend.common.json import JSON
from backend.events import bus
from backend.jobs import closing, sql, waits

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
    aside: JSON = None
    error: JSON = None
    attempts: Sequence[JSON] = ()
    input: JSON = None
    log: str = ""
    started_at: str | None = None
    ended_at: str | None = None
    resume_at: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Which steps begin to wait, and which do not wait any more."""

    organization_id: UUID | None = None
    begun: Sequence[waits.WaitRecord] = ()
    over: Sequence[str] = ()  # paths


@dataclass(frozen=True, slots=True)
class Asked:
    """What others have asked of a job, as its owner learns with every checkpoint."""

    status: str = "RUNNING"
    cancelled: bool = False
    signals: int = 0  # how much was delivered to its waiting steps so far
    paused: bool = False
    parent: closing.Parent | None = None


@dataclass(frozen=True, slots=True)
class JobChange:
    """What a checkpoint changes on the job itself. `due_in` is in seconds from now, for a job that waits."""

    status: str
    output: JSON = None
    response: JSON = None
    error: JSON = None
    warnings: Sequence[JSON] = ()
    due_in: float = 0.0
    seen: int | None = None  # of a job that waits: the deliveries that its owner knows; with more it is due at once
    cancel_seen: bool = (
        False  # the owner knows that it is cancelled, and waits all the same: its steps are being undone
    )
    wait_reason: str = ""
    ended: bool = field(default=False)


# --- workers --------------------------------------------------------------------------------------------------------


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
    return sql.run(f"DELETE FROM jobs_worker WHERE seen_at < {sql.now(plus='%s')}", [-lease_seconds])


def workers_of_host(host: str) -> list[tuple[UUID, int]]:
    """The workers that say they run on a host, with their process ids."""
    rows = sql.rows("SELECT id, pid FROM jobs_worker WHERE host = %s", [host])
    return [(sql.as_uuid(id_), pid) for id_, pid in rows]


# --- letting go of jobs ---------------------------------------------------------------------------------------------


def free_orphans() -> int:
    """Queues the jobs of workers that are gone, and fails those that outlived too many owners; answers how many."""
    with transaction.atomic():
        orphans = sql.rows(
            "SELECT id, lease_owner, lease_epoch FROM jobs_job WHERE status = 'RUNNING'"
            " AND lease_owner NOT IN (SELECT id FROM jobs_worker)",
            [],
        )
        # One by one and by epoch: another process may sweep, too, or a living worker may have claimed one meanwhile.
        return sum(
            _let_go(Lease(sql.as_uuid(id_), sql.as_uuid(owner), epoch), reason="its worker was lost", died=True)
            for id_, owner, epoch in orphans
        )


def give_back(lease: Lease, *, reason: str) -> bool:
    """Lets go of a job that its owner cannot go on with now; False when the lease is not held any more."""
    with transaction.atomic():
        return _let_go(lease, reason=reason, seconds=1.0, died=False)


_HELD = "id = %s AND lease_owner = %s AND lease_epoch = %s AND status = 'RUNNING'"


def _held(lease: Lease) -> list[JSON]:
    return [sql.to_uuid(lease.job_id), sql.to_uuid(lease.owner), lease.epoch]


def _let_go(lease: Lease, *, reason: str, died: bool, seconds: float = 0.0) -> bool:
    # Only a death counts against the job: an owner that gives it back, as its database was slow, was not killed by it.
    rows = sql.rows(
        f"UPDATE jobs_job SET status = 'QUEUED', lease_owner = NULL, due_at = {sql.now(plus='%s')}, wait_reason = %s,"
        " interruptions = interruptions + %s, event_seq = event_seq + 1"
        f" WHERE {_HELD} AND interruptions < %s RETURNING event_seq",
        [seconds, reason, int(died), *_held(lease), MAX_INTERRUPTIONS + (not died)],
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
        f" event_seq = event_seq + 1 WHERE {_HELD} RETURNING event_seq, parent_id, parent_path",
        [sql.to_json(error), *_held(lease)],
    )
    for seq, parent_id, parent_path in rows:
        parent = closing.Parent.of(parent_id, parent_path)
        closing.end_outside(lease.job_id, seq=seq, kind="job.failed", status="FAILED", parent=parent, error=error)
    return bool(rows)


# --- jobs -----------------------------------------------------------------------------------------------------------


def claim(owner: UUID, *, limit: int) -> list[Lease]:
    """Takes up to `limit` due jobs in one statement: by priority and age, so that no job waits for ever.

    A job counts as if it had come some minutes later for each step of its priority; among equals the oldest is first.
    """
    skip = "FOR UPDATE SKIP LOCKED" if sql.postgresql() else ""
    ageing = settings.PRIORITY_AGEING_SECONDS
    with transaction.atomic():
        # Materialized, or PostgreSQL may look for due jobs once for each row, and claim more than the limit. The heads
        # of each priority come from its index; more of them than wanted, for others may be claiming the first ones.
        rows = sql.rows(
            f"WITH heads AS MATERIALIZED ({_heads()}), due AS MATERIALIZED (SELECT id FROM jobs_job"
            f" WHERE id IN (SELECT id FROM heads) AND status IN ('QUEUED', 'WAITING') AND due_at <= {sql.now()}"
            f" ORDER BY {sql.later('due_at', 'priority * %s')}, id LIMIT %s {skip})"
            " UPDATE jobs_job SET status = 'RUNNING', lease_owner = %s, lease_epoch = lease_epoch + 1,"
            f" wait_reason = '', started_at = COALESCE(started_at, {sql.now()}) WHERE id IN (SELECT id FROM due)"
            " RETURNING id, lease_epoch",
            [*[limit * 4 + 8] * 4, ageing, limit, sql.to_uuid(owner)],
        )
    if rows:
        faultpoints.reached("claim.committed")
    return [Lease(sql.as_uuid(id_), owner, epoch) for id_, epoch in rows]


def database_now() -> datetime:
    """The database's time, by which waits and leases are measured."""
    ((found,),) = sql.rows(f"SELECT {sql.now()}", [])
    return found if isinstance(found, datetime) else datetime.fromisoformat(found).replace(tzinfo=UTC)


def _heads() -> str:
    """SQL for the oldest due jobs of each priority; takes the number for each."""
    return " UNION ALL ".join(
        f"SELECT id FROM (SELECT id FROM jobs_job WHERE priority = {priority} AND status IN ('QUEUED', 'WAITING')"
        f" AND due_at <= {sql.now()} ORDER BY due_at, id LIMIT %s) AS of_{priority}"
        for priority in range(4)
    )


def anything_due() -> bool:
    """Whether there is a job that could start now."""
    due = f"SELECT 1 FROM jobs_job WHERE status IN ('QUEUED', 'WAITING') AND due_at <= {sql.now()} LIMIT 1"
    return bool(sql.rows(due, []))


def checkpoint(
    lease: Lease,
    *,
    steps: Sequence[StepRecord],
    events: Sequence[JSON],
    change: JobChange | None = None,
    waiting: Waiting | None = None,
    forgotten: Sequence[str] = (),
    also: Sequence[Callable[[], None]] = (),
) -> Asked:
    """Records progress in one transaction, fenced by the lease; answers what others have asked of the job meanwhile.

    `forgotten` are step runs that are to be made anew: paths, and beginnings of paths that end with “[”. `also` is
    what belongs to the same transaction. Raises LeaseLost, and then nothing was written.
    """
    waiting, kind = waiting or Waiting(), _kind(change)
    faultpoints.reached(f"checkpoint.{kind}.before")
    with transaction.atomic():
        kept = waits.take_kept(waiting.organization_id, waiting.begun) if waiting.organization_id else {}
        progress = any(step.status in _ENDED for step in steps)
        seq, asked = _advance_job(lease, len(events), change, progress=progress, arrived=len(kept))
        _forget_steps(lease.job_id, forgotten)
        _upsert_steps(lease.job_id, steps)
        waits.forget(lease.job_id, waiting.over)
        waits.record(lease.job_id, waiting.begun, kept=kept)
        if change is not None and asked.status == "PAUSED":
            events = [*events, closing.event("job.paused", lease.job_id, status="PAUSED")]
        closing.insert_events(lease.job_id, events, first=seq - len(events) + 1)
        for work in also:
            work()
        if change is not None and change.ended:
            closing.end(
                lease.job_id, status=change.status, parent=asked.parent, output=change.output, error=change.error
            )
        bus.hint(lease.job_id)
        faultpoints.reached(f"checkpoint.{kind}.written")
    faultpoints.reached(f"checkpoint.{kind}.committed")
    return asked


def _kind(change: JobChange | None) -> str:
    """The transition in a word, as the fault suite names it."""
    return "progress" if change is None else "ended" if change.ended else change.status.lower()


_PAUSES = "pause_requested_at IS NOT NULL AND cancel_requested_at IS NULL"
_ANSWER = "status, event_seq, cancel_requested_at, pause_requested_at, signal_seq, parent_id, parent_path"


def _advance_job(
    lease: Lease, count: int, change: JobChange | None, *, progress: bool, arrived: int
) -> tuple[int, Asked]:
    sets, values = ["signal_seq = signal_seq + %s"] if arrived else [], [arrived] if arrived else []
    if progress:
        sets.append("interruptions = 0")
    if change is None or change.ended:
        sets, values = [*sets, "event_seq = event_seq + %s"], [*values, count]
    else:  # a job that pauses tells of it with an event more
        sets, values = [*sets, f"event_seq = event_seq + %s + CASE WHEN {_PAUSES} THEN 1 ELSE 0 END"], [*values, count]
    if change is not None:
        more, others = _change_sql(change, arrived=arrived)
        sets, values = sets + more, values + others
    rows = sql.rows(
        f"UPDATE jobs_job SET {', '.join(sets)} WHERE {_HELD} RETURNING {_ANSWER}", [*values, *_held(lease)]
    )
    if not rows:
        raise LeaseLost(str(lease.job_id))
    ((status, seq, cancelled_at, paused_at, signals, *parent),) = rows
    return seq, Asked(
        status=status,
        cancelled=cancelled_at is not None,
        signals=signals,
        paused=paused_at is not None,
        parent=closing.Parent.of(*parent),
    )


def _change_sql(change: JobChange, *, arrived: int) -> tuple[list[str], list[JSON]]:
    # A job must not wait if it was cancelled, or got what it waits for, just now: it is due at once.
    due = (
        "CASE WHEN (cancel_requested_at IS NULL OR %s) AND signal_seq + %s = COALESCE(%s, signal_seq)"
        f" THEN {sql.now(plus='%s')} ELSE {sql.now()} END"
    )
    status = "%s" if change.ended else f"CASE WHEN {_PAUSES} THEN 'PAUSED' ELSE %s END"
    sets = [f"status = {status}", "lease_owner = NULL", f"due_at = {due}", "wait_reason = %s", "warnings = %s"]
    values: list[JSON] = [
        change.status, change.cancel_seen, arrived, change.seen, change.due_in, change.wait_reason,
        sql.to_json(list(change.warnings)),
    ]  # fmt: skip
    if change.ended:
        sets += ["output = %s", "response = %s", "error = %s", f"finished_at = {sql.now()}"]
        values += [sql.to_json(change.output), sql.to_json(change.response), sql.to_json(change.error)]
    return sets, values


_ENDED = frozenset({"success", "failed", "skipped"})
_STEP_COLUMNS = (
    "status", "port", "continued", "output", "aside", "error", "attempts", "input", "log",
    "started_at", "ended_at", "resume_at",
)  # fmt: skip


def _forget_steps(job_id: UUID, paths: Sequence[str]) -> None:
    for path in paths:
        same = "substr(path, 1, length(%s)) = %s" if path.endswith("[") else "%s = path AND path = %s"
        sql.run(f"DELETE FROM jobs_steprun WHERE job_id = %s AND {same}", [sql.to_uuid(job_id), path, path])


def _upsert_steps(job_id: UUID, steps: Sequence[StepRecord]) -> None:
    if not steps:
        return
    columns = ("job_id", "path", "step", "type", '"order"', *_STEP_COLUMNS)
    updates = ", ".join(f"{name} = excluded.{name}" for name in _STEP_COLUMNS)
    statement = (
        f"INSERT INTO jobs_steprun ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
        f" ON CONFLICT (job_id, path) DO UPDATE SET {updates}"
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, [_step_values(job_id, step) for step in steps])


def _step_values(job_id: UUID, step: StepRecord) -> list[JSON]:
    return [
        sql.to_uuid(job_id), step.path, step.step, step.type, step.order, step.status, step.port, step.continued,
        sql.to_json(step.output), sql.to_json(step.aside), sql.to_json(step.error), sql.to_json(list(step.attempts)),
        sql.to_json(step.input), sql.clean(step.log), step.started_at, step.ended_at, step.resume_at,
    ]  # fmt: skip
