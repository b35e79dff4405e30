"""HTTP of files: list, upload, download."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import FileResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.common.openapi import page_of
from backend.common.pagination import paginated
from backend.files import selectors, serializers, services
from backend.files.errors import FileTooLarge, NoFile

_FORM_BYTES = 65_536  # of an upload beside the file itself
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'; sandbox"


class LimitedUpload(TemporaryFileUploadHandler):
    """Stops at the limit, whatever length the caller declared."""

    received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """The next bytes of a file."""
        self.received += len(raw_data)
        if self.received > settings.MAX_FILE_BYTES:
            self.upload_interrupted()
            raise FileTooLarge(limit=settings.MAX_FILE_BYTES)
        super().receive_data_chunk(raw_data, start)


class FileList(OrganizationView):
    """The organisation's files."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.FILE_VIEW, "POST": Permission.FILE_UPLOAD}
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="api_files_list", responses={200: page_of(serializers.FileShape)})
    def get(self, request: Request) -> Response:
        """The newest first."""
        return paginated(request, selectors.file_list(self.actor.organization), shape=serializers.file_shown)

    @extend_schema(request={"multipart/form-data": serializers.UploadShape}, responses={201: serializers.FileShape})
    def post(self, request: Request) -> Response:
        """Keeps the field `file` of a multipart form; unless a job uses it, it is deleted after some days."""
        if int(request.headers.get("Content-Length") or 0) > settings.MAX_FILE_BYTES + _FORM_BYTES:
            raise FileTooLarge(limit=settings.MAX_FILE_BYTES)
        request._request.upload_handlers = [LimitedUpload(request._request)]  # noqa: SLF001 Django's own way
        sent = request.data.get("file") if hasattr(request.data, "get") else None
        if not isinstance(sent, UploadedFile):
            raise NoFile
        file = services.file_store(
            self.actor.organization,
            name=sent.name or "file",
            content_type=sent.content_type or "",
            stream=sent,
            created_by=self.actor.user,
        )
        return Response(serializers.file_shown(file), status=201)


class FileDetail(OrganizationView):
    """One file's content."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.FILE_VIEW}

    @extend_schema(
        parameters=[OpenApiParameter("inline", bool, description="Show it if that is safe, instead of saving it.")],
        responses={(200, "application/octet-stream"): bytes},
    )
    def get(self, request: Request, file_id: str) -> HttpResponseBase:
        """To be saved, or with `?inline=1` to be shown: images, PDF and text, without any rights on our pages."""
        file = selectors.file_get(self.actor.organization, file_id)
        inline = selectors.file_shown_as(file) if request.query_params.get("inline") in {"1", "true"} else None
        response = FileResponse(
            selectors.file_open(self.actor.organization, file.id),
            as_attachment=inline is None,
            filename=file.name,
            content_type=inline or file.content_type,
        )
        response.headers["Content-Length"] = str(file.size)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Frame-Options"] = "SAMEORIGIN" if inline else "DENY"
        response.headers["Cache-Control"] = "private, no-cache"
        return response
