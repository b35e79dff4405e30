"""The two statements that every call of a webhook needs, in raw SQL: the ORM would take half of the whole time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from uuid import UUID

from backend.common.json import JSON
from backend.jobs import sql
from backend.triggers.models import Webhook
from backend.workflows.models import Workflow

_COLUMNS = (
    "w.id, w.organization_id, w.methods, w.auth, w.secret, w.previous_secret, w.previous_secret_until,"
    " w.respond, w.timeout, w.start_at, w.rate_limit, w.concurrency, w.max_body, w.ip_allow, w.idempotency_header,"
    " w.last_called_at, f.id, f.is_active, f.published_version_id, f.slug, f.name"
)
_VERSIONS = "w.xmin::text, f.xmin::text"  # PostgreSQL: the transactions that wrote the rows
_UNCHANGED = (
    "triggers_webhook w, workflows_workflow f WHERE w.id = %s AND w.xmin = %s::xid AND f.id = %s AND f.xmin = %s::xid"
)
_DELIVERY = (
    "INSERT INTO triggers_webhookdelivery (webhook_id, replay_key, job_id, received_at, verdict, status, detail,"
    " method, path, address, content_type, size) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


_ACCEPTED = 202


@dataclass(slots=True)
class Facts:
    """What the log keeps of every call."""

    received_at: datetime
    method: str
    path: str
    address: str
    content_type: str
    size: int = 0  # known once its body is read


@dataclass(frozen=True, slots=True)
class Found:
    """The webhook behind an address, with its workflow, as it was when it was read."""

    webhook: Webhook
    unchanged: sql.Statement | None  # PostgreSQL: `FROM …`, a row while nobody has changed either


def webhook_of(token: str) -> Found | None:
    """The active webhook behind an address, as far as calls need it; calls that find the same share the objects.

    Nobody may change or save them.
    """
    rows = sql.hot(_select(), [token])
    return _found(rows[0]) if rows else None


@cache
def _select() -> str:
    columns = f"{_COLUMNS}, {_VERSIONS}" if sql.postgresql() else _COLUMNS
    return (
        f"SELECT {columns} FROM triggers_webhook w JOIN workflows_workflow f ON f.id = w.workflow_id"  # noqa: S608 all of it stands in this file
        " WHERE w.token = %s AND w.is_active"
    )


@lru_cache(maxsize=500)
def _found(row: tuple[JSON, ...]) -> Found:
    webhook, versions = _webhook(row), row[21:]
    if not versions:
        return Found(webhook, None)
    return Found(webhook, sql.Statement(_UNCHANGED, [webhook.id, versions[0], webhook.workflow_id, versions[1]]))


def _webhook(row: tuple[JSON, ...]) -> Webhook:
    workflow = Workflow(
        id=sql.as_uuid(row[16]),
        organization_id=sql.as_uuid(row[1]),
        is_active=bool(row[17]),
        published_version_id=sql.as_uuid(row[18]) if row[18] else None,
        slug=row[19],
        name=row[20],
    )
    return Webhook(
        id=sql.as_uuid(row[0]),
        organization_id=sql.as_uuid(row[1]),
        workflow=workflow,
        methods=_json(row[2]),
        auth=row[3],
        secret=row[4],
        previous_secret=row[5],
        previous_secret_until=_moment(row[6]),
        respond=row[7],
        timeout=row[8],
        start_at=row[9],
        rate_limit=row[10],
        concurrency=row[11],
        max_body=row[12],
        ip_allow=_json(row[13]),
        idempotency_header=row[14],
        last_called_at=_moment(row[15]),
    )


def delivery_note(webhook: UUID, facts: Facts, *, job: UUID, verdict: str, replay_key: str = "") -> sql.Statement:
    """What writes a call that was accepted, or known already, into the log."""
    values = [
        sql.to_uuid(webhook), replay_key, sql.to_uuid(job), sql.to_time(facts.received_at), verdict, _ACCEPTED, "",
        facts.method, facts.path, facts.address, facts.content_type, facts.size,
    ]  # fmt: skip
    return sql.Statement(_DELIVERY, values)


def _json(value: JSON) -> JSON:
    return json.loads(value) if isinstance(value, str) else value


def _moment(value: str | datetime | None) -> datetime | None:
    if isinstance(value, str):  # SQLite keeps times as text in UTC
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value
