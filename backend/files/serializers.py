"""Shapes of files at the API."""

from __future__ import annotations

from rest_framework import serializers

from backend.common.json import JSON
from backend.files.models import StoredFile


class FileShape(serializers.Serializer[JSON]):
    """A file; `reference` is what a job's input or a step takes."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    url = serializers.CharField()
    reference = serializers.DictField()
    created_at = serializers.DateTimeField()


class UploadShape(serializers.Serializer[JSON]):
    """A multipart form."""

    file = serializers.FileField()


def file_shown(file: StoredFile) -> dict[str, JSON]:
    """A file in an answer."""
    return {
        "id": str(file.id),
        "name": file.name,
        "content_type": file.content_type,
        "size": file.size,
        "url": f"/api/files/{file.id}/",
        "reference": file.reference(),
        "created_at": file.created_at.isoformat().replace("+00:00", "Z"),
    }
