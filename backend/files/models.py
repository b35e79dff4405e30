"""Rows about bytes: a blob is content, a stored file is a name for it, a use says which job needs it."""

from __future__ import annotations

from django.db import models

from backend.common.ids import uuid7
from backend.common.json import JSON
from backend.common.models import Entity


class Blob(models.Model):
    """Bytes in the store, once per organisation and content. Its id is its address there and is never used again.

    An address that is never reused makes deleting safe: whoever stores the same content at that moment gets a new one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)  # SHA-256 of the content
    size = models.BigIntegerField()
    used_at = models.DateTimeField()  # when it was last asked for by content, so that it is not deleted just then

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "digest"], name="blob_once")]


class FileKind(models.TextChoices):
    """What a stored file is for."""

    FILE = "file"  # people see it: an upload, or what a step saved
    VALUE = "value"  # a large JSON value of a job, which travels as a reference


class StoredFile(Entity):
    """A file of an organisation. It is deleted when no job uses it any more."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="files")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=5, choices=FileKind.choices, default=FileKind.FILE)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    size = models.BigIntegerField()
    created_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["organization", "-created_at"], name="file_of_organization")]

    def reference(self) -> dict[str, JSON]:
        """How the file travels between steps."""
        return {"$file": str(self.id), "name": self.name, "content_type": self.content_type, "size": self.size}


class FileUse(models.Model):
    """A job needs a file: as its input, or because a step gave it. Jobs stand above files, so it is an id only."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="uses")
    job_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job_id", "file"], name="file_use_once")]
