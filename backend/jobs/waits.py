"""Steps that wait, in raw SQL: recorded by the job's owner, answered by anybody, taken over by the owner again.

No wake-up is ever lost, in either order: whoever delivers counts up `signal_seq` on the job's row, and an owner that
lets its job wait compares that number with the one it has seen, in the same statement. Locks are always taken in the
order event name, job, wait.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend import queue
from backend.catalog.approvals import APPROVAL
from backend.common import faultpoints
from backend.common.json import JSON
from backend.events import bus
from backend.jobs import listeners, sql

EVENT = "event"  # the signal of a step that waits for an event by its name
CHILD = "child"  # … for the end of a job that it has started
ATTENTION = "attention"  # … for somebody to say how to go on after it was interrupted
BY_PEOPLE = frozenset({ATTENTION, APPROVAL})  # what only people deliver: nobody knows when
MOST_KEPT_EVENTS = 100  # of one name in one organisation; older ones give way
_KEPT_SECONDS = 7 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class WaitRecord:
    """A step that begins to wait."""

    path: str
    signal: str
    until: datetime | None = None
    data: Mapping[str, JSON] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Which event, or which child, it waits for."""
        if self.signal == CHILD:
            return child_key(UUID(self.data["job"]))
        return str(self.data.get("name", "")) if self.signal == EVENT else ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What has arrived for a waiting step; `expired`: nothing, but its time is up."""

    path: str
    expired: bool
    delivery: JSON


# --- of the owner, within its checkpoint ----------------------------------------------------------------------------


def take_kept(organization_id: UUID, waits: Sequence[WaitRecord]) -> dict[str, JSON]:
    """Events that came before these waits, by path. First in the transaction: it locks the events' names."""
    events = {wait.path: wait.key for wait in waits if wait.signal == EVENT}
    for name in sorted(set(events.values())):
        _lock_event(organization_id, name)
    found: dict[str, JSON] = {}
    for path, name in events.items():
        rows = sql.rows(
            "DELETE FROM jobs_keptevent WHERE id = (SELECT id FROM jobs_keptevent WHERE organization_id = %s"
            f" AND name = %s AND created_at > {sql.now(plus='%s')} ORDER BY id LIMIT 1) RETURNING payload",
            [sql.to_uuid(organization_id), name, -_KEPT_SECONDS],
        )
        if rows:
            found[path] = {"payload": sql.from_json(rows[0][0])}
    return found


def _lock_event(organization_id: UUID, name: str) -> None:
    """One at a time for each name; SQLite has one writer anyway."""
    if sql.postgresql():
        key = zlib.crc32(f"{organization_id} {name}".encode())
        sql.rows("SELECT pg_advisory_xact_lock(%s, %s)", [0x57A17, key - 2**31])


def record(job_id: UUID, waits: Sequence[WaitRecord], *, kept: Mapping[str, JSON]) -> None:
    """Writes waits that begin, anew where a step waits again; tells the listeners."""
    for wait in waits:
        arrived = wait.path in kept
        at = sql.now() if arrived else "NULL"
        sql.run(
            "INSERT INTO jobs_stepwait (job_id, path, signal, key, until_at, delivered_at, expired, delivery,"
            f" delivered_by) VALUES (%s, %s, %s, %s, %s, {at}, %s, %s, '') ON CONFLICT (job_id, path) DO UPDATE SET"
            " signal = excluded.signal, key = excluded.key, until_at = excluded.until_at, delivered_by = '',"
            " delivered_at = excluded.delivered_at, expired = excluded.expired, delivery = excluded.delivery",
            [
                sql.to_uuid(job_id), wait.path, wait.signal, wait.key, sql.to_time(wait.until), False,
                sql.to_json(kept.get(wait.path)),
            ],
        )  # fmt: skip
        listeners.job_waits(job_id, wait.path, wait.signal, dict(wait.data), wait.until)


def forget(job_id: UUID, paths: Iterable[str] | None = None) -> None:
    """Removes waits that are over: those of some steps, or all of a job that has ended."""
    if paths is None:
        sql.run("DELETE FROM jobs_stepwait WHERE job_id = %s", [sql.to_uuid(job_id)])
        return
    for path in paths:
        sql.run("DELETE FROM jobs_stepwait WHERE job_id = %s AND path = %s", [sql.to_uuid(job_id), path])


# --- of the owner, in between ---------------------------------------------------------------------------------------


def delivered(job_id: UUID) -> list[Delivered]:
    """Everything that has arrived for the job's waiting steps."""
    rows = sql.rows(
        "SELECT path, expired, delivery FROM jobs_stepwait WHERE job_id = %s AND delivered_at IS NOT NULL ORDER BY id",
        [sql.to_uuid(job_id)],
    )
    return [Delivered(path, bool(expired), sql.from_json(delivery)) for path, expired, delivery in rows]


def expire(job_id: UUID, path: str, *, owner: UUID, epoch: int) -> bool:
    """The time of a wait is up, if nothing was delivered before; False if something was."""
    with transaction.atomic():
        changed = sql.run(
            f"UPDATE jobs_stepwait SET delivered_at = {sql.now()}, expired = %s"
            " WHERE job_id = %s AND path = %s AND delivered_at IS NULL"
            " AND EXISTS (SELECT 1 FROM jobs_job WHERE id = %s AND lease_owner = %s AND lease_epoch = %s)",
            [True, sql.to_uuid(job_id), path, sql.to_uuid(job_id), sql.to_uuid(owner), epoch],
        )
    faultpoints.reached("wait.expired")
    return bool(changed)


# --- of everybody ---------------------------------------------------------------------------------------------------


def child_key(child: UUID) -> str:
    """A child's id as the key of the wait for it, and as its column reads as text."""
    return str(sql.to_uuid(child))


def deliver(job_id: UUID, path: str, delivery: JSON, *, by: str = "", key: str | None = None) -> bool:
    """Gives a waiting step what it waits for and makes its job due; False when it does not wait any more.

    With a `key`, only if it is still that which the step waits for.
    """
    with transaction.atomic():
        if not _wake(job_id):
            return False
        reached = sql.run(
            f"UPDATE jobs_stepwait SET delivered_at = {sql.now()}, delivery = %s, delivered_by = %s"
            " WHERE job_id = %s AND path = %s AND delivered_at IS NULL AND key = COALESCE(%s, key)",
            [sql.to_json(delivery), by[:200], sql.to_uuid(job_id), path, key],
        )
        faultpoints.reached("wait.delivered")
        queue.ring()
        bus.hint(job_id)
    return bool(reached)


def _wake(job_id: UUID) -> bool:
    # The row is locked and counted whatever its status, so that an owner that is just about to wait sees the number.
    return bool(
        sql.run(
            "UPDATE jobs_job SET signal_seq = signal_seq + 1,"
            f" due_at = CASE WHEN status = 'WAITING' THEN {sql.now()} ELSE due_at END"
            " WHERE id = %s AND status IN ('PENDING', 'QUEUED', 'RUNNING', 'WAITING', 'PAUSED')",
            [sql.to_uuid(job_id)],
        )
    )


def send_event(organization_id: UUID, name: str, payload: JSON) -> int:
    """Gives an event to every step that waits for it, or keeps it for the first that will; answers how many it met."""
    with transaction.atomic():
        _lock_event(organization_id, name)
        waiting = sql.rows(
            "SELECT w.job_id, w.path FROM jobs_stepwait w JOIN jobs_job j ON j.id = w.job_id"
            " WHERE j.organization_id = %s AND w.key = %s AND w.signal = %s AND w.delivered_at IS NULL"
            " ORDER BY w.job_id, w.id",
            [sql.to_uuid(organization_id), name, EVENT],
        )
        reached = sum(deliver(sql.as_uuid(job_id), path, {"payload": payload}) for job_id, path in waiting)
        if not reached:
            _keep(organization_id, name, payload)
    return reached


def _keep(organization_id: UUID, name: str, payload: JSON) -> None:
    organization = sql.to_uuid(organization_id)
    sql.run(
        f"INSERT INTO jobs_keptevent (organization_id, name, payload, created_at) VALUES (%s, %s, %s, {sql.now()})",
        [organization, name, sql.to_json(payload)],
    )
    sql.run(
        "DELETE FROM jobs_keptevent WHERE organization_id = %s AND name = %s AND (created_at <="
        f" {sql.now(plus='%s')} OR id NOT IN (SELECT id FROM jobs_keptevent WHERE organization_id = %s AND name = %s"
        f" ORDER BY id DESC LIMIT {MOST_KEPT_EVENTS:d}))",
        [organization, name, -_KEPT_SECONDS, organization, name],
    )
