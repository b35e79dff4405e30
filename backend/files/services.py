"""Storing and deleting: bytes go to the store first, then the row that names them is written."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils import timezone

from backend.accounts.models import Organization, User
from backend.common.ids import uuid7
from backend.common.json import JSON
from backend.files import blobs
from backend.files.errors import FileTooLarge
from backend.files.models import Blob, FileKind, FileUse, StoredFile
from backend.files.names import clean_name, clean_type

ORPHANED_AFTER = timedelta(hours=24)  # nothing that a job is about to name is as old
_BATCH = 500
_IN_MEMORY = 8 * 1024 * 1024


def file_store(
    organization: Organization | UUID,
    *,
    name: str,
    content_type: str = "",
    data: bytes | None = None,
    stream: IO[bytes] | None = None,
    job: UUID | None = None,
    created_by: User | None = None,
    kind: str = FileKind.FILE,
) -> StoredFile:
    """Keeps a file, and notes the job that needs it. Raises FileTooLarge, StoreUnavailable."""
    owner = organization if isinstance(organization, UUID) else organization.id
    limit = settings.MAX_FILE_BYTES if kind == FileKind.FILE else settings.MAX_OUTPUT_BYTES
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
        source = BytesIO(data) if data is not None else spool
        found = _copied(stream, spool, limit=limit) if stream is not None else _measured(data or b"", limit=limit)
        blob = _blob(owner, found, source)
    with transaction.atomic():
        stored = StoredFile.objects.create(
            organization_id=owner,
            blob=blob,
            kind=kind,
            name=clean_name(name),
            content_type=clean_type(content_type, name=name),
            size=found.size,
            created_by=created_by,
        )
        if job is not None:
            FileUse.objects.create(file=stored, job_id=job)
    return stored


def reference(file: StoredFile) -> dict[str, JSON]:
    """How a file travels between steps."""
    return file.reference()


def uses_add(organization: UUID, *, job: UUID, files: Iterable[UUID]) -> None:
    """Notes that a job needs files of its organisation; ids that are none of those are passed over."""
    known = StoredFile.objects.filter(organization_id=organization, id__in=list(files)).values_list("id", flat=True)
    FileUse.objects.bulk_create([FileUse(file_id=id_, job_id=job) for id_ in known], ignore_conflicts=True)


def uses_forget(jobs: Iterable[UUID]) -> None:
    """These jobs are gone; what nobody else uses is deleted by the next sweep."""
    FileUse.objects.filter(job_id__in=list(jobs)).delete()


# --- bytes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Content:
    digest: str
    size: int


def _measured(data: bytes, *, limit: int) -> _Content:
    if len(data) > limit:
        raise FileTooLarge(limit=limit)
    return _Content(hashlib.sha256(data).hexdigest(), len(data))


def _copied(stream: IO[bytes], target: IO[bytes], *, limit: int) -> _Content:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(blobs.CHUNK):
        size += len(chunk)
        if size > limit:
            raise FileTooLarge(limit=limit)
        digest.update(chunk)
        target.write(chunk)
    target.seek(0)
    return _Content(digest.hexdigest(), size)


def _blob(owner: UUID, found: _Content, source: IO[bytes]) -> Blob:
    known = _known_blob(owner, found.digest)
    if known is not None:
        return known
    address = uuid7()
    blobs.store().put(address, source)
    try:
        with transaction.atomic():
            return Blob.objects.create(
                id=address, organization_id=owner, digest=found.digest, size=found.size, used_at=Now()
            )
    except IntegrityError:  # the same content was stored at the same moment
        known = _known_blob(owner, found.digest)
        if known is None:
            raise
        blobs.store().delete(address)
        return known


def _known_blob(owner: UUID, digest: str) -> Blob | None:
    """The blob with this content, kept from being deleted for a while; the count says that it was still there."""
    same = Blob.objects.filter(organization_id=owner, digest=digest)
    return same.first() if same.update(used_at=Now()) else None


# --- deleting -------------------------------------------------------------------------------------------------------


def sweep() -> int:
    """Deletes files that no job uses, then bytes that no file names; answers how many bytes' blobs went.

    In this order and with an age, so that any number of processes may sweep while others store.
    """
    unused_since = timezone.now() - ORPHANED_AFTER
    uploads_since = timezone.now() - timedelta(days=settings.KEEP_UPLOADS_DAYS)
    files = StoredFile.objects.filter(~Exists(FileUse.objects.filter(file=OuterRef("pk"))))
    _delete_rows(files.filter(created_by=None, created_at__lt=unused_since).values_list("pk", flat=True)[:_BATCH])
    _delete_rows(files.filter(created_at__lt=uploads_since).values_list("pk", flat=True)[:_BATCH])
    unnamed = Blob.objects.filter(~Exists(StoredFile.objects.filter(blob=OuterRef("pk"))), used_at__lt=unused_since)
    return sum(_delete_blob(blob) for blob in unnamed[:_BATCH])


def _delete_rows(ids: Iterable[UUID]) -> None:
    StoredFile.objects.filter(pk__in=list(ids)).filter(~Exists(FileUse.objects.filter(file=OuterRef("pk")))).delete()


def _delete_blob(blob: Blob) -> bool:
    """The row first, if it is still as old: from then on nobody can find the address any more."""
    unnamed = Blob.objects.filter(~Exists(StoredFile.objects.filter(blob=OuterRef("pk"))), pk=blob.pk)
    with transaction.atomic():
        found = unnamed.filter(used_at=blob.used_at).select_for_update(of=("self",)).first()
        if found is None:
            return False
        found.delete()
    blobs.store().delete(blob.pk)
    return True


def sweep_store() -> int:
    """Deletes bytes without any row: their writer died before it wrote one, or their organisation is gone."""
    count = 0
    batch: list[UUID] = []
    for address in blobs.store().older_than(timezone.now() - ORPHANED_AFTER):
        batch.append(address)
        if len(batch) == _BATCH:
            count += _delete_unknown(batch)
            batch = []
    return count + _delete_unknown(batch)


def _delete_unknown(addresses: list[UUID]) -> int:
    known = set(Blob.objects.filter(pk__in=addresses).values_list("pk", flat=True))
    unknown = [address for address in addresses if address not in known]
    for address in unknown:
        blobs.store().delete(address)
    return len(unknown)
