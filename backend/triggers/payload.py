"""What a workflow sees of a call: `webhook_payload`, `webhook_headers`, `webhook_query`. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from email.message import Message
from functools import lru_cache
from io import BytesIO
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.datastructures import MultiValueDict

from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.common.json_text import parse_json

_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"

# An allow-list: what an integration may want to know of a call. Everything that proves identity stays outside.
_HEADERS = re.compile(
    r"accept|accept-language|content-type|content-length|date|idempotency-key|origin|traceparent|user-agent"
    r"|(x|ce)-[a-z0-9-]+"
    r"|[a-z0-9-]+-(attempt|delivery|event|event-type|id|resource|source|timestamp|topic|type|version)"
)
_PRIVATE = re.compile(
    r"x-(forwarded|real|original|envoy|amzn|azure)-.*|x-client-ip|x-request-start"
    r"|.*(auth|cookie|credential|csrf|hmac|key-id|passw|secret|session|signature|token|api-?key|access-key).*"
)


Keep = Callable[[str, str, bytes], JSON]
"""Stores a file by its name, type and content; answers the reference by which workflows know it."""

_MOST_FILES = 20


def read_payload(body: bytes, *, content_type: str, keep: Keep) -> JSON:
    """The body as JSON value, form fields with file references, text, or the reference of a file.

    By what the caller declared; nothing when it is empty. Raises Invalid for what is not as declared.
    """
    if not body:
        return None
    kind = _kind(content_type)
    if _is_json(kind):
        return parse_json(body, max_bytes=len(body))  # the webhook's own limit was kept when it was read
    if kind == _FORM:
        return _form(body)
    if kind == _MULTIPART:
        return _multipart(body, content_type, keep=keep)
    text = _text(body, kind=kind, charset=_charset(content_type))
    return keep(_file_name(content_type), kind or "application/octet-stream", body) if text is None else text


def may_bring_files(content_type: str) -> bool:
    """Whether reading a body of this type may store files."""
    kind = _kind(content_type)
    return kind != _FORM and not _is_json(kind)


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _is_json(kind: str) -> bool:
    return kind == "application/json" or kind.endswith("+json")


def shown_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that a workflow may see, by lower-case name."""
    lower = {name.lower(): value for name, value in headers.items()}
    return {name: value for name, value in lower.items() if _is_shown(name)}


@lru_cache(maxsize=1000)
def _is_shown(name: str) -> bool:
    return bool(_HEADERS.fullmatch(name) and not _PRIVATE.fullmatch(name))


def shown_query(query: str) -> dict[str, JSON]:
    """The address's parameters: a text, or a list of texts where one is given several times."""
    return _fields(query) if query else {}


def _form(body: bytes) -> dict[str, JSON]:
    try:
        return _fields(body.decode("ascii"))  # everything else is percent-encoded
    except UnicodeDecodeError:
        raise Invalid("The form has characters that are not percent-encoded.") from None


def _fields(text: str) -> dict[str, JSON]:
    limit = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=limit)
    except UnicodeDecodeError:
        raise Invalid("A field is not UTF-8 text.") from None
    except ValueError:
        raise Invalid(f"There are more than {limit} fields.") from None
    fields = MultiValueDict[str, str]()
    for name, value in pairs:
        fields.appendlist(name, value)
    return _values(fields)


def _multipart(body: bytes, content_type: str, *, keep: Keep) -> dict[str, JSON]:
    meta = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": len(body)}
    try:
        fields, files = MultiPartParser(meta, BytesIO(body), [MemoryFileUploadHandler()]).parse()
    except MultiPartParserError:
        raise Invalid("The body is not the multipart form that its Content-Type declares.") from None
    found: dict[str, JSON] = _values(fields)
    if sum(len(uploads) for _, uploads in files.lists()) > _MOST_FILES:
        raise Invalid(f"There are more than {_MOST_FILES} files.")
    for name, uploads in files.lists():
        kept = [
            keep(upload.name or "file", upload.content_type or "application/octet-stream", upload.read())
            for upload in uploads
        ]
        found[name] = kept[0] if len(kept) == 1 else kept
    return found


def _values(fields: MultiValueDict[str, str]) -> dict[str, JSON]:
    found = {name: values[0] if len(values) == 1 else list(values) for name, values in fields.lists()}
    if any("\0" in text for name, values in fields.lists() for text in [name, *values]):
        raise Invalid("A field has a NUL character.")
    return found


def _text(body: bytes, *, kind: str, charset: str) -> str | None:
    """The body as text; None when it is a file."""
    if not kind or kind.startswith("text/") or kind.endswith(("xml", "yaml", "javascript", "csv")):
        if charset not in {"utf-8", "utf8", "us-ascii"}:
            return None
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None
        return text if "\0" not in text else None
    return None


def _file_name(content_type: str) -> str:
    message = Message()
    message["Content-Type"] = content_type
    return str(message.get_param("name", "") or "body")


def _charset(content_type: str) -> str:
    message = Message()
    message["Content-Type"] = content_type
    return str(message.get_param("charset", "utf-8")).lower()
