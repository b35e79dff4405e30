"""Reading bodies of requests: within their limits, and as strict JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser

from backend.common.json import JSON
from backend.common.json_text import parse_json, too_large

_DRAIN = 32 * 1024 * 1024


class StrictJSONParser(BaseParser):
    """The parser of all API views."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> JSON:
        """The body's value; raises Invalid or TooLarge."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        return parse_json(read_limited(stream, max_bytes=limit), max_bytes=limit)


def read_limited(stream: IO[bytes], *, max_bytes: int) -> bytes:
    """The whole stream; raises TooLarge when it is longer than `max_bytes`."""
    data = stream.read(max_bytes + 1)
    if len(data) > max_bytes:
        _drain(stream)
        raise too_large(max_bytes)
    return data


def _drain(stream: IO[bytes]) -> None:
    # Callers that are still sending would see a broken connection instead of our answer.
    left = _DRAIN
    while left > 0 and (part := stream.read(65536)):
        left -= len(part)
