"""Making and storing a new job: the ORM would take longer for its forty columns than accepting takes besides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db.models.base import ModelState
from django.db.models.functions import Now
from django.utils import timezone

from backend.common.json import JSON
from backend.jobs import sql
from backend.jobs.models import Job
from backend.workflows.models import Workflow, WorkflowVersion

_GIVEN = (
    "id", "created_at", "organization_id", "workflow_id", "version_id", "status", "triggered_by", "priority", "input",
    "start_at", "idempotency_key", "parent_id", "parent_path", "depth", "is_test", "retried_from_id", "created_by_id",
    "finished_at", "wait_reason", "cancel_reason",
)  # fmt: skip
_AS_EVER = {  # what nobody says of a job at its beginning
    "output": "NULL", "response": "NULL", "error": "NULL", "warnings": "'[]'", "started_at": "NULL",
    "cancel_requested_at": "NULL", "pause_requested_at": "NULL", "paused_from": "''", "lease_owner": "NULL",
    "lease_epoch": "0", "interruptions": "0", "event_seq": "0", "signal_seq": "0",
}  # fmt: skip


def job_new(*, workflow: Workflow, version: WorkflowVersion, **columns: object) -> Job:
    """A job that is not stored yet, as `Job(…)` makes it in twenty times the time; `columns` by name, as `parent_id`.

    It is filled as Django fills a copy or what was pickled, instead of asking each of forty fields for its default.
    """
    fixed, made = _defaults()
    job, state = Job.__new__(Job), ModelState()
    state.fields_cache = {"workflow": workflow, "version": version}  # where `job.workflow` looks
    job.__dict__.update(fixed, _state=state)
    job.__dict__.update((name, make()) for name, make in made)
    job.__dict__.update(organization_id=workflow.organization_id, workflow_id=workflow.id, version_id=version.id)
    job.__dict__.update(columns)
    return job


@cache
def _defaults() -> tuple[dict[str, object], list[tuple[str, Callable[[], object]]]]:
    """Of all columns, and what makes those of which each job needs its own, such as the id."""
    fields = Job._meta.concrete_fields  # noqa: SLF001 documented
    made = [(field.attname, field.default) for field in fields if field.has_default() and callable(field.default)]
    return {field.attname: field.get_default() for field in fields}, made


class NoLonger(Exception):
    """What an insert was to depend on does not hold any more; nothing was inserted."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is inserted with a job, or not at all."""

    insert: sql.Statement
    provided: sql.Statement | None = None  # `FROM …`, on PostgreSQL: both are inserted only if this gives a row


def job_insert(job: Job, *, beside: Beside | None = None, input_text: str | None = None) -> None:
    """Stores it, due at once by the database's clock. Raises IntegrityError as the ORM would, and NoLonger.

    `input_text` is the job's input, where somebody has it as JSON already.
    """
    job.created_at, job.due_at = timezone.now(), Now()
    text = sql.to_json(job.input) if input_text is None else input_text
    values = [
        sql.to_uuid(job.id), sql.to_time(job.created_at), sql.to_uuid(job.organization_id),
        sql.to_uuid(job.workflow_id), sql.to_uuid(job.version_id), job.status, job.triggered_by, job.priority,
        text, job.start_at, job.idempotency_key, _uuid(job.parent_id), job.parent_path, job.depth,
        job.is_test, _uuid(job.retried_from_id), _uuid(job.created_by_id), sql.to_time(job.finished_at),
        job.wait_reason, job.cancel_reason,
    ]  # fmt: skip
    own = sql.Statement(_statement(sql.postgresql()), values)
    if beside is not None and beside.provided is not None:
        _insert_provided(own, beside.insert, beside.provided)
    else:
        then = beside.insert if beside is not None else None
        sql.insert_together(own, then, may_collide=job.idempotency_key is not None or then is not None)
    job._state.adding = False  # noqa: SLF001 it is stored, as `save` would note in the same way


@cache
def _statement(_postgresql: bool) -> str:
    columns = ", ".join((*_GIVEN, "due_at", *_AS_EVER))
    values = ", ".join((*("%s" for _ in _GIVEN), sql.now(), *_AS_EVER.values()))
    return f"INSERT INTO jobs_job ({columns}) VALUES ({values})"  # noqa: S608 all of it stands in this file


def _insert_provided(first: sql.Statement, then: sql.Statement, provided: sql.Statement) -> None:
    text = _provided_statement(first.sql, then.sql, provided.sql)
    if not sql.hot(text, [*first.values, *provided.values, *then.values]):
        raise NoLonger


@cache
def _provided_statement(first: str, then: str, provided: str) -> str:
    return f"WITH first AS ({_from(first, provided)} RETURNING 1) {_from(then, 'first')} RETURNING 1"


def _from(insert: str, source: str) -> str:
    """The same insert, once for each row of a source."""
    into, _, values = insert.partition(" VALUES ")
    return f"{into} SELECT {values[1:-1]} FROM {source}"  # noqa: S608 both are texts of ours


def _uuid(value: UUID | None) -> JSON:
    return None if value is None else sql.to_uuid(value)
