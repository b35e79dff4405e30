"""What people do to live jobs, in raw SQL: conditional statements, of which exactly one wins."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from backend.jobs import closing, sql


def cancel(job_id: UUID, *, reason: str) -> bool:
    """Marks a live job for cancelling; one that nobody runs ends here. False when it had ended before."""
    with transaction.atomic():
        rows = sql.rows(
            f"UPDATE jobs_job SET cancel_requested_at = {sql.now()}, cancel_reason = %s,"
            " status = CASE WHEN status = 'RUNNING' THEN status ELSE 'CANCELLED' END,"
            f" finished_at = CASE WHEN status = 'RUNNING' THEN NULL ELSE {sql.now()} END,"
            " event_seq = event_seq + CASE WHEN status = 'RUNNING' THEN 0 ELSE 1 END"
            " WHERE id = %s AND status IN ('PENDING', 'QUEUED', 'RUNNING', 'WAITING', 'PAUSED')"
            " AND cancel_requested_at IS NULL RETURNING status, event_seq, parent_id, parent_path",
            [reason, sql.to_uuid(job_id)],
        )
        for status, seq, parent_id, parent_path in rows:
            if status == "CANCELLED":
                parent = closing.Parent.of(parent_id, parent_path)
                closing.end_outside(job_id, seq=seq, kind="job.cancelled", status=status, parent=parent)
    return bool(rows)


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
