"""What people do to live jobs, in raw SQL: conditional statements, of which exactly one wins."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from backend import queue
from backend.common.json import JSON
from backend.events import bus
from backend.jobs import closing, sql


def cancel(job_id: UUID, *, reason: str, actor: str = "") -> bool:
    """Marks a live job for cancelling; one that nobody runs ends here. False when it had ended before.

    One with steps to undo is made due instead, since that is a worker's task.
    """
    with transaction.atomic():
        rest = "QUEUED" if _has_something_to_undo(job_id) else "CANCELLED"
        rows = sql.rows(
            f"UPDATE jobs_job SET cancel_requested_at = {sql.now()}, cancel_reason = %s, due_at = {sql.now()},"
            " status = CASE WHEN status = 'RUNNING' THEN status ELSE %s END, event_seq = event_seq + 1,"
            f" finished_at = CASE WHEN status <> 'RUNNING' AND %s = 'CANCELLED' THEN {sql.now()} ELSE NULL END"
            " WHERE id = %s AND status IN ('PENDING', 'QUEUED', 'RUNNING', 'WAITING', 'PAUSED')"
            " AND cancel_requested_at IS NULL RETURNING status, event_seq, parent_id, parent_path",
            [reason, rest, rest, sql.to_uuid(job_id)],
        )
        for status, seq, parent_id, parent_path in rows:
            said = _said(actor=actor, reason=reason)
            if status == "CANCELLED":
                parent = closing.Parent.of(parent_id, parent_path)
                closing.end_outside(job_id, seq=seq, kind="job.cancelled", status=status, parent=parent, **said)
            else:
                _tell(job_id, seq, "job.cancel_requested", status=status, **said)
    return bool(rows)


def pause(job_id: UUID, *, actor: str = "") -> bool:
    """Holds a live job: what runs ends, nothing more starts. False when it is not to be paused, or is already."""
    with transaction.atomic():
        rows = sql.rows(
            f"UPDATE jobs_job SET pause_requested_at = {sql.now()}, paused_from = status,"
            " status = CASE WHEN status = 'RUNNING' THEN status ELSE 'PAUSED' END, event_seq = event_seq + 1"
            " WHERE id = %s AND status IN ('PENDING', 'QUEUED', 'RUNNING', 'WAITING')"
            " AND pause_requested_at IS NULL AND cancel_requested_at IS NULL RETURNING status, event_seq",
            [sql.to_uuid(job_id)],
        )
        for status, seq in rows:
            kind = "job.paused" if status == "PAUSED" else "job.pause_requested"
            _tell(job_id, seq, kind, status=status, **_said(actor=actor))
    return bool(rows)


def resume(job_id: UUID, *, actor: str = "") -> bool:
    """Lets a paused job go on, or takes back a pause that has not begun. False when there is none."""
    with transaction.atomic():
        rows = sql.rows(
            "UPDATE jobs_job SET pause_requested_at = NULL, wait_reason = '', event_seq = event_seq + 1,"
            " status = CASE WHEN status = 'RUNNING' THEN status WHEN paused_from = 'PENDING' THEN 'PENDING'"
            f" ELSE 'QUEUED' END, due_at = {sql.now()} WHERE id = %s AND pause_requested_at IS NOT NULL"
            " AND status IN ('PAUSED', 'RUNNING') RETURNING status, event_seq",
            [sql.to_uuid(job_id)],
        )
        for status, seq in rows:
            _tell(job_id, seq, "job.resumed", status=status, **_said(actor=actor))
    return bool(rows)


def _said(**words: str) -> dict[str, JSON]:
    return {name: word for name, word in words.items() if word}


def _tell(job_id: UUID, seq: int, kind: str, *, status: str, **said: JSON) -> None:
    closing.insert_events(job_id, [closing.event(kind, job_id, status=status, **said)], first=seq)
    bus.hint(job_id)
    if status == "QUEUED":
        queue.ring()


def _has_something_to_undo(job_id: UUID) -> bool:
    rows = sql.rows(
        "SELECT v.definition FROM jobs_job j JOIN workflows_workflowversion v ON v.id = j.version_id"
        " WHERE j.id = %s AND EXISTS (SELECT 1 FROM jobs_steprun s WHERE s.job_id = j.id AND s.status = 'success')",
        [sql.to_uuid(job_id)],
    )
    return any(step.get("compensate") for (text,) in rows for step in sql.from_json(text).get("steps", ()))


def cancel_forsaken() -> int:
    """Cancels the jobs whose parents have stopped waiting for them, with their own children; answers how many.

    After the parent's own end is committed, since locks go from the child to the parent; a scheduler does it again.
    """
    total = 0
    while found := sum(cancel(id_, reason="The job that started it waits for it no longer.") for id_ in _forsaken()):
        total += found
    return total


def _forsaken() -> list[UUID]:
    rows = sql.rows(
        "SELECT c.id FROM jobs_job c WHERE c.status IN ('PENDING', 'QUEUED', 'RUNNING', 'WAITING', 'PAUSED')"
        " AND c.parent_path <> '' AND c.cancel_requested_at IS NULL AND NOT EXISTS (SELECT 1 FROM jobs_stepwait w"
        " WHERE w.job_id = c.parent_id AND w.path = c.parent_path AND w.key = CAST(c.id AS text)"
        " AND w.delivered_at IS NULL)",
        [],
    )
    return [sql.as_uuid(id_) for (id_,) in rows]
