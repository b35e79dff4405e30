"""What a workflow sees of a call: `webhook_payload`, `webhook_headers`, `webhook_query`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.message import Message
from io import BytesIO
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.datastructures import MultiValueDict

from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.common.parsers import parse_json
from backend.triggers.errors import MediaRefused

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


def read_payload(body: bytes, *, content_type: str) -> JSON:
    """The body as JSON value, form fields or text, by what the caller declared; nothing when it is empty.

    Raises Invalid for what is not as declared, MediaRefused for what cannot be read.
    """
    if not body:
        return None
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        return parse_json(body, max_bytes=len(body))  # the webhook's own limit was kept when it was read
    if kind == _FORM:
        return _form(body)
    if kind == _MULTIPART:
        return _multipart(body, content_type)
    return _text(body, charset=_charset(content_type))


def shown_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that a workflow may see, by lower-case name."""
    lower = {name.lower(): value for name, value in headers.items()}
    return {name: value for name, value in lower.items() if _HEADERS.fullmatch(name) and not _PRIVATE.fullmatch(name)}


def shown_query(query: str) -> dict[str, JSON]:
    """The address's parameters: a text, or a list of texts where one is given several times."""
    return _fields(query)


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


def _multipart(body: bytes, content_type: str) -> dict[str, JSON]:
    meta = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": len(body)}
    try:
        fields, files = MultiPartParser(meta, BytesIO(body), [MemoryFileUploadHandler()]).parse()
    except MultiPartParserError:
        raise Invalid("The body is not the multipart form that its Content-Type declares.") from None
    if files:
        raise MediaRefused("Webhooks do not take files yet. Send the file's text as the body, or its address.")
    return _values(fields)


def _values(fields: MultiValueDict[str, str]) -> dict[str, JSON]:
    found = {name: values[0] if len(values) == 1 else list(values) for name, values in fields.lists()}
    if any("\0" in text for name, values in fields.lists() for text in [name, *values]):
        raise Invalid("A field has a NUL character.")
    return found


def _text(body: bytes, *, charset: str) -> str:
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise MediaRefused(f"The body is declared as {charset[:40]}. Send it as UTF-8.")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MediaRefused("The body is binary. Send JSON, a form or UTF-8 text.") from None
    if "\0" in text:
        raise MediaRefused("The body is binary: it has NUL characters. Send JSON, a form or UTF-8 text.")
    return text


def _charset(content_type: str) -> str:
    message = Message()
    message["Content-Type"] = content_type
    return str(message.get_param("charset", "utf-8")).lower()
