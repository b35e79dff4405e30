"""The ends of several jobs in one go: jobs that one worker has done together share a transaction.

Each is fenced by its own lease, as `store.checkpoint` does it for one. On PostgreSQL one statement writes everything
(`at_once.py`), and as long as nobody is to be told of it within the transaction it needs no other. On SQLite nobody
waits for the disk: these jobs had no effects, and one whose end a failure of the power takes back runs again.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from backend.common import faultpoints
from backend.events import bus
from backend.jobs import at_once, bulk, closing, listeners, sql, store
from backend.jobs.store import End


def end_together(ends: Sequence[End]) -> list[End]:
    """Records the ends; answers those whose lease was lost, of which nothing was written. Of errors, all or nothing."""
    for _ in ends:
        faultpoints.reached("checkpoint.ended.before")
    done = _quietly(ends)
    left = [end for end in ends if end.lease.job_id not in done]
    held = _with_all_concerned(left) if left else set()
    for _ in ends:
        faultpoints.reached("checkpoint.ended.committed")
    return [end for end in left if end.lease.job_id not in held]


def end_alone(end: End) -> None:
    """Records one end. Raises store.LeaseLost."""
    if not sql.postgresql():
        if end_together([end]):
            raise store.LeaseLost(str(end.lease.job_id))
    elif not _quietly([end]):  # one waits for its row as long as it takes
        store.checkpoint(end.lease, steps=end.steps, events=end.events, change=end.change, first=end.first)


def _quietly(ends: Sequence[End]) -> set[UUID]:
    """Records those that concern nobody, as nearly all do; answers which."""
    quiet = [end for end in ends if at_once.may_be_quiet(end)] if sql.postgresql() else []
    if not quiet:
        return set()
    done = at_once.write_quietly(quiet)
    _tell([end for end in quiet if end.lease.job_id in done])
    return done


def _with_all_concerned(ends: Sequence[End]) -> set[UUID]:
    """Records the others and tells whom they concern; answers of which jobs the lease was held."""
    with sql.unhurried():
        asked = _written(sorted(ends, key=lambda end: end.lease.job_id))  # everybody locks rows in one order
        held = [end for end in ends if end.lease.job_id in asked]
        for end in held:
            job, change, answer = end.lease.job_id, end.change, asked[end.lease.job_id]
            listeners.job_events(job, end.events, first=answer.seq - len(end.events) + 1)
            closing.end(
                job,
                status=change.status,
                parent=answer.parent,
                output=change.output,
                error=change.error,
                concerns_of=answer.concerns,
            )
            faultpoints.reached("checkpoint.ended.written")
        _tell(held)
    return set(asked)


def _written(ends: Sequence[End]) -> dict[UUID, store.Asked]:
    """Writes everything of those whose lease is held; answers what was asked of them."""
    if sql.postgresql():
        sql.hot("SELECT set_config('lock_timeout', '2s', true)", [])  # who holds one for long must not hold up all
        return at_once.write(ends)
    asked = {end.lease.job_id: answer for end in ends if (answer := _advanced(end)) is not None}
    held = [end for end in ends if end.lease.job_id in asked]
    for first in (True, False):
        bulk.steps_upsert([(end.lease.job_id, end.steps) for end in held if end.first is first], first=first)
    firsts = {job: answer.seq + 1 for job, answer in asked.items()}
    bulk.events_insert([(job := end.lease.job_id, firsts[job] - len(end.events), end.events) for end in held])
    return asked


def _advanced(end: End) -> store.Asked | None:
    return store.advance_to_end(
        end.lease, events=len(end.events), change=end.change, progress=store.is_progress(end.steps)
    )


def _tell(ends: Sequence[End]) -> None:
    bus.tell({end.lease.job_id: store.told(end.change) for end in ends})
