"""Large JSON values of jobs: kept beside the rows that name them, and loaded when somebody reads them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db.models import Sum

from backend.common.json import JSON
from backend.files import blobs, refs, services
from backend.files.errors import FileGone
from backend.files.models import FileKind, FileUse, StoredFile

_TYPE = "application/json"
_CHUNK = 1024 * 1024
_IN_MEMORY = 8 * 1024 * 1024


def keep(organization: UUID, *, job: UUID, text: str) -> dict[str, JSON]:
    """Stores a value's JSON text for a job, and gives the reference that travels instead."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
        for start in range(0, len(text), _CHUNK):  # in pieces, so that a large one is not in memory twice more
            spool.write(text[start : start + _CHUNK].encode("utf-8", "replace"))
        spool.seek(0)
        stored = services.file_store(
            organization, name="value.json", content_type=_TYPE, stream=spool, job=job, kind=FileKind.VALUE
        )
    return refs.make(stored.id, text)


def kept_size(job: UUID) -> int:
    """Bytes of all large values that a job holds."""
    total: int | None = StoredFile.objects.filter(uses__job_id=job, kind=FileKind.VALUE).aggregate(t=Sum("size"))["t"]
    return total or 0


def offloaded(value: dict[str, JSON], *, organization: UUID, job: UUID) -> dict[str, JSON]:
    """An object in which every large member is a reference."""
    found: dict[str, JSON] = {}
    for name, item in value.items():
        text = refs.encode(item)
        found[name] = item
        if len(text) > settings.OFFLOAD_CHARACTERS:
            found[name] = keep(organization, job=job, text=text)
        if '"$file"' in text:
            services.uses_add(organization, job=job, files=refs.files_in(item))
    return found


def loaded(value: JSON, *, job: UUID) -> JSON:
    """A value with everything in it that the job holds by reference; what it does not hold is ordinary data."""
    return _loaded(value, job, {})


def _loaded(value: JSON, job: UUID, known: dict[UUID, JSON]) -> JSON:
    """Each stored value is read once: others may name it many times, and be named many times themselves."""
    wanted = set(refs.ids_in(value))
    if not wanted:
        return value
    held = FileUse.objects.filter(job_id=job, file_id__in=wanted - known.keys(), file__kind=FileKind.VALUE)
    for value_id, address in held.values_list("file_id", "file__blob_id"):
        known[value_id] = _loaded(_read(address), job, known)
    return refs.replaced(value, lambda raw, value_id: known.get(value_id, raw))


def opened(value: JSON, *, job: UUID) -> IO[bytes] | None:
    """The JSON text of a value that the job holds by reference, as a stream; None for any other value."""
    value_id = refs.id_of(value)
    held = FileUse.objects.filter(job_id=job, file_id=value_id, file__kind=FileKind.VALUE).select_related("file")
    use = held.first() if value_id else None
    return blobs.store().open(use.file.blob_id) if use else None


def uses_copy(*, source: UUID, target: UUID) -> None:
    """A job that goes on from another one holds everything that that one holds."""
    held: Iterable[UUID] = FileUse.objects.filter(job_id=source).values_list("file_id", flat=True)
    FileUse.objects.bulk_create([FileUse(file_id=id_, job_id=target) for id_ in held], ignore_conflicts=True)


def _read(address: UUID) -> JSON:
    try:
        with blobs.store().open(address) as file:
            text = file.read().decode()  # by itself, so that the bytes are let go of before the value is made
        return json.loads(text)
    except ValueError as error:
        raise FileGone("A large value of this job cannot be read any more: its file is damaged.") from error
