"""Files as a step sees them: those of its organisation, kept as long as its job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings

from backend.catalog.steps import StepFailed
from backend.common.errors import AppError
from backend.common.json import JSON
from backend.files import selectors, services
from backend.files.errors import StoreUnavailable
from workers.engine.base.database import short_connection


class JobFiles:
    """The engine's side of `FileAccess`."""

    def __init__(self, *, organization: UUID, job: UUID) -> None:
        self.max_bytes: int = settings.MAX_FILE_BYTES
        self._organization = organization
        self._job = job

    def open(self, ref: JSON) -> bytes:
        """The content of a file reference (or its id)."""
        wanted = ref.get("$file") if isinstance(ref, Mapping) else ref
        if not isinstance(wanted, str):
            raise StepFailed(
                "This is no file.",
                error_type="validation",
                hint='A file is a reference such as {"$file": …}: an upload, a form\'s field, or what a step saved.',
            )
        with database(), selectors.file_open(self._organization, wanted) as file:
            return file.read()

    def save(self, name: str, content_type: str, data: bytes) -> dict[str, JSON]:
        """Keeps a file; its reference is what the step gives on."""
        with database():
            stored = services.file_store(
                self._organization, name=name, content_type=content_type, data=data, job=self._job
            )
        return services.reference(stored)


@contextmanager
def database() -> Iterator[None]:
    """The database for a moment, with errors in the words of steps."""
    try:
        with short_connection():
            yield
    except StoreUnavailable as error:
        raise StepFailed(error.detail, error_type="storage", retryable=True) from error
    except AppError as error:
        raise StepFailed(error.detail, error_type="file") from error
