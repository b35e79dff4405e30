"""The step cache: a result is found once for each key and used by all until it is too old."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from backend.accounts.models import Organization
from backend.common.json import JSON
from backend.files import refs, services
from backend.guards.holders import Holder, Stands, is_lost
from backend.guards.models import CacheEntry

_BATCH = 500
_STALE_FOR_EVER = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the cache: whose result, under which key, and for how long."""

    organization: UUID
    workflow: UUID
    step: str
    key: str
    settings: Mapping[str, JSON]  # as written in the workflow: changed ones make another result
    ttl: float
    stale: float | None  # seconds beyond `ttl` in which it may serve after a failure; None for ever

    @property
    def digest(self) -> str:
        """The name of the place."""
        parts = [str(self.workflow), self.step, self.key, dict(self.settings)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """A result from the cache."""

    value: JSON
    port: str


@dataclass(frozen=True, slots=True)
class Fill:
    """The right, and the duty, to find the result of a slot."""

    slot: Slot
    lease: str  # of whoever has it


class Filling(Exception):
    """Somebody else is about to find this very result: it will be there in a moment."""


def look(slot: Slot, *, holder: Holder, patience: float, stands: Stands) -> Kept | Fill:
    """The kept result, or the right to find it; raises Filling while another one has that.

    The right lasts for `patience` seconds, and no longer than the lease under which it was taken.
    """
    fresh = _rows(slot).filter(stored_at__isnull=False, expires_at__gt=Now()).first()
    if fresh is not None:
        return _kept(fresh, job=holder.job)
    if _taken(slot, holder.lease, patience=patience, stands=stands):
        return Fill(slot, holder.lease)
    raise Filling


def _taken(slot: Slot, lease: str, *, patience: float, stands: Stands) -> bool:
    until = Now() + timedelta(seconds=patience)
    old = _rows(slot).filter(Q(expires_at=None) | Q(expires_at__lte=Now()))  # or it was found just after the look above
    if old.filter(Q(fill_until=None) | Q(fill_until__lte=Now())).update(filler=lease, fill_until=until):
        return True
    other = _rows(slot).values_list("filler", flat=True).first()
    if other is None:
        return _created(slot, lease, patience=patience)
    return is_lost(other, stands=stands) and bool(old.filter(filler=other).update(filler=lease, fill_until=until))


def _created(slot: Slot, lease: str, *, patience: float) -> bool:
    try:
        with transaction.atomic():
            CacheEntry.objects.create(
                organization_id=slot.organization,
                digest=slot.digest,
                workflow_id=slot.workflow,
                step=slot.step,
                key=slot.key[:200],
                keep_until=Now() + timedelta(seconds=patience) + timedelta(hours=1),
                filler=lease,
                fill_until=Now() + timedelta(seconds=patience),
            )
    except IntegrityError:
        return False
    return True


def store(fill: Fill, *, value: JSON, port: str) -> None:
    """Keeps a result that was found; large values in it are kept as long as the entry."""
    slot = fill.slot
    stale = _STALE_FOR_EVER if slot.stale is None else timedelta(seconds=slot.stale)
    ttl = timedelta(seconds=slot.ttl)
    _rows(slot).update(
        value=value,
        port=port,
        stored_at=Now(),
        expires_at=Now() + ttl,
        keep_until=Now() + (ttl + stale),
        filler="",
        fill_until=None,
    )
    held = [*refs.ids_in(value), *refs.files_in(value)]
    entry = _rows(slot).first() if held else None
    if entry is not None:
        services.uses_add(slot.organization, job=entry.id, files=held)


def give_up(fill: Fill) -> None:
    """The result was not found: another one may try."""
    _rows(fill.slot).filter(filler=fill.lease).update(filler="", fill_until=None)


def stale(slot: Slot, *, job: UUID) -> Kept | None:
    """A result that is too old, but better than a failure."""
    if slot.stale == 0:
        return None
    entry = _rows(slot).filter(stored_at__isnull=False, keep_until__gt=Now()).first()
    return _kept(entry, job=job) if entry is not None else None


def _kept(entry: CacheEntry, *, job: UUID) -> Kept:
    held = [*refs.ids_in(entry.value), *refs.files_in(entry.value)]
    if held:
        services.uses_add(entry.organization_id, job=job, files=held)
    return Kept(entry.value, entry.port)


def clear(organization: Organization, *, workflow: UUID | None = None, step: str = "") -> int:
    """Forgets results of an organisation, of one workflow or one step; answers how many."""
    entries = CacheEntry.objects.filter(organization=organization)
    if workflow is not None:
        entries = entries.filter(workflow_id=workflow)
    if step:
        entries = entries.filter(step=step)
    return _delete(list(entries.values_list("id", flat=True)))


def sweep() -> int:
    """Deletes what is of no use any more; answers how many entries."""
    return _delete(list(CacheEntry.objects.filter(keep_until__lt=Now()).values_list("id", flat=True)[:_BATCH]))


def _delete(ids: list[UUID]) -> int:
    services.uses_forget(ids)
    return CacheEntry.objects.filter(id__in=ids).delete()[0]


def _rows(slot: Slot) -> QuerySet[CacheEntry]:
    return CacheEntry.objects.filter(organization_id=slot.organization, digest=slot.digest)
