"""Reading files, always within one organisation."""

from __future__ import annotations

from typing import IO
from uuid import UUID

from django.db.models import QuerySet

from backend.accounts.models import Organization
from backend.files import blobs
from backend.files.errors import FileGone
from backend.files.models import FileKind, StoredFile
from backend.files.names import is_text, shown_type

_BEGINNING = 65_536  # bytes that tell how a text is encoded


def file_list(organization: Organization) -> QuerySet[StoredFile]:
    """What people may see, the newest first."""
    return StoredFile.objects.filter(organization=organization, kind=FileKind.FILE).order_by("-created_at", "-id")


def file_get(organization: Organization | UUID, file_id: str | UUID) -> StoredFile:
    """One file or value by its id; raises FileGone."""
    owner = organization if isinstance(organization, UUID) else organization.id
    try:
        wanted = UUID(str(file_id))
    except ValueError:
        raise FileGone from None
    file = StoredFile.objects.filter(organization_id=owner, id=wanted).select_related("blob").first()
    if file is None:
        raise FileGone
    return file


def file_open(organization: Organization | UUID, file_id: str | UUID) -> IO[bytes]:
    """Its bytes from the beginning; whoever opens it closes it. Raises FileGone, StoreUnavailable."""
    return blobs.store().open(file_get(organization, file_id).blob_id)


def file_shown_as(file: StoredFile) -> str | None:
    """The type under which a browser may show it, or None if it may only be saved. Raises StoreUnavailable."""
    if not is_text(file.content_type):
        return shown_type(file.content_type)
    with blobs.store().open(file.blob_id) as content:
        return shown_type(file.content_type, beginning=content.read(_BEGINNING))
