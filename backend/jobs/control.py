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
            " AND cancel_requested_at IS NULL RETURNING status, event_seq",
            [reason, sql.to_uuid(job_id)],
        )
        if rows and rows[0][0] == "CANCELLED":
            closing.end_outside(job_id, seq=rows[0][1], kind="job.cancelled", status="CANCELLED")
    return bool(rows)
