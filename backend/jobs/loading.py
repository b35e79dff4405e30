"""A job for its owner, made of the row that the claim gives: every job is loaded, and the ORM's own ways cost more
than all that the engine does with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.base import ModelState

from backend.common.fields import DocumentField
from backend.common.json import JSON
from backend.jobs import sql
from backend.jobs.models import Job
from backend.jobs.recorded import Recorded
from backend.workflows.models import Workflow, WorkflowVersion


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything that an owner needs to go on with a job."""

    job: Job
    recorded: Recorded


_COLUMNS = Job._meta.concrete_fields  # noqa: SLF001 Django's documented name of it
_FIELDS = [field.attname for field in _COLUMNS]
_NAMES = (
    "(SELECT slug FROM workflows_workflow w WHERE w.id = jobs_job.workflow_id),"
    " (SELECT name FROM workflows_workflow w WHERE w.id = jobs_job.workflow_id),"
    " (SELECT number FROM workflows_workflowversion v WHERE v.id = jobs_job.version_id)"
)


@cache
def columns() -> str:
    """SQL for the columns of `jobs_job` that `loaded` wants, and what is known by heart of workflow and version."""
    own = ", ".join(f'jobs_job."{field.column}"' for field in _COLUMNS)
    return f"{own}, {_NAMES}"


def loaded(row: Sequence[JSON]) -> Loaded:
    """The job of a row of `columns`. The documents of its workflow and version are read when they are asked for."""
    *own, slug, name, number = row
    readers = _readers(sql.postgresql())
    values = [value if value is None or read is None else read(value) for read, value in zip(readers, own, strict=True)]
    job = _stored(Job, dict(zip(_FIELDS, values, strict=True)))
    workflow = {"id": job.workflow_id, "organization_id": job.organization_id, "slug": slug, "name": name}
    version = {"id": job.version_id, "workflow_id": job.workflow_id, "number": number}
    job._state.fields_cache = {  # noqa: SLF001 where `job.workflow` looks
        "workflow": _stored(Workflow, workflow),
        "version": _stored(WorkflowVersion, version),
    }
    # Nothing is recorded before a first owner.
    begun = job.lease_epoch > 1 or job.retried_from_id is not None
    return Loaded(job, Recorded(job.id, any_at_all=begun))


_Row = TypeVar("_Row", bound=models.Model)


def _stored(model: type[_Row], columns: dict[str, Any]) -> _Row:
    """What `from_db` makes in five times the time: filled as Django fills a copy. Columns that are not given are read
    when they are asked for."""
    one, state = model.__new__(model), ModelState()
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    one.__dict__.update(columns, _state=state)
    return one


Reader = Callable[[Any], JSON]


@cache
def _readers(postgresql: bool) -> list[Reader | None]:
    """How each column becomes a field's value, where the driver does not do it."""
    return [_reader(field, postgresql=postgresql) for field in _COLUMNS]


def _reader(field: models.Field[Any, Any], *, postgresql: bool) -> Reader | None:
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(kind, models.JSONField | DocumentField):
        return sql.from_json
    if postgresql:
        return None
    if isinstance(kind, models.UUIDField):
        return UUID
    if isinstance(kind, models.DateTimeField):
        return _moment
    return bool if isinstance(kind, models.BooleanField) else None


def _moment(value: str | datetime) -> datetime:
    # SQLite's driver reads the columns of a query, and not those that a change gives.
    return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).replace(tzinfo=UTC)
