"""What people do to live jobs, in raw SQL: conditional statements, of which exactly one wins."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from backend import queue
from backend.jobs import closing, sql


def cancel(job_id: UUID, *, reason: str) -> bool:
    """Marks a live job for cancelling; one that nobody runs ends here. False when it had ended before.

    One with steps to undo is made due instead, since that is a worker's task.
    """
    with transaction.atomic():
        rest = "QUEUED" if _has_something_to_undo(job_id) else "CANCELLED"
        ends = "status <> 'RUNNING' AND %s = 'CANCELLED'"
        rows = sql.rows(
            f"UPDATE jobs_job SET cancel_requested_at = {sql.now()}, cancel_reason = %s, due_at = {sql.now()},"
            " status = CASE WHEN status = 'RUNNING' THEN status ELSE %s END,"
            f" finished_at = CASE WHEN {ends} THEN {sql.now()} ELSE NULL END,"
            f" event_seq = event_seq + CASE WHEN {ends} THEN 1 ELSE 0 END"
            " WHERE id = %s AND status IN ('PENDING', 'QUEUED', 'RUNNING', 'WAITING', 'PAUSED')"
            " AND cancel_requested_at IS NULL RETURNING status, event_seq, parent_id, parent_path",
            [reason, rest, rest, rest, sql.to_uuid(job_id)],
        )
        for status, seq, parent_id, parent_path in rows:
            if status == "CANCELLED":
                parent = closing.Parent.of(parent_id, parent_path)
                closing.end_outside(job_id, seq=seq, kind="job.cancelled", status=status, parent=parent)
            elif status == "QUEUED":
                queue.ring()
    return bool(rows)


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
