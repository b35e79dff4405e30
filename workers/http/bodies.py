"""What a request carries: JSON, a form, parts with files, a file itself, or text as it is."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlencode

from backend.catalog.fields import as_text
from backend.catalog.steps import StepFailed
from backend.common.json import JSON
from workers.http.request import Request, parameters

BodyKind = Literal["auto", "json", "form", "multipart", "raw", "file"]
OpenFile = Callable[[Mapping[str, JSON]], bytes]
"""The content of a file reference."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file among the parts of a form."""

    filename: str
    content: bytes
    content_type: str


def with_body(request: Request, body: JSON, *, kind: BodyKind, open_file: OpenFile) -> Request:
    """The request with its content, and with the Content-Type that this needs unless it has one."""
    if body is None:
        return request
    match _kind(request, body, kind):
        case "file":
            return _file(request, body, open_file)
        case "multipart":
            return _multipart(request, body, open_file)
        case "form":
            content = urlencode(parameters(_object(body, kind)), doseq=True).encode()
            return _typed(request, content, "application/x-www-form-urlencoded")
        case "raw":
            return _typed(request, as_text(body).encode(), "text/plain; charset=utf-8")
    return _typed(request, json.dumps(body, ensure_ascii=False).encode(), "application/json")


def is_file(value: JSON) -> bool:
    """Whether a value is a reference to a stored file."""
    return isinstance(value, Mapping) and isinstance(value.get("$file"), str)


def _kind(request: Request, body: JSON, kind: BodyKind) -> BodyKind:
    if kind != "auto":
        return "file" if kind == "raw" and is_file(body) else kind
    if is_file(body):
        return "file"
    if isinstance(body, str):
        return "raw"
    content_type = (request.header("content-type") or "").lower()
    if isinstance(body, Mapping):
        if "x-www-form-urlencoded" in content_type:
            return "form"
        if "multipart/form-data" in content_type:
            return "multipart"
    return "json"


def _typed(request: Request, content: bytes, content_type: str) -> Request:
    return replace(request.with_default_header("Content-Type", content_type), content=content)


def _file(request: Request, body: JSON, open_file: OpenFile) -> Request:
    if not is_file(body):
        raise StepFailed(
            "The body is not a file.",
            error_type="validation",
            hint="Give a file reference, such as {{ webhook_payload.document }}, or choose another kind of body.",
        )
    return _typed(request, open_file(body), as_text(body.get("content_type")) or "application/octet-stream")


def _multipart(request: Request, body: JSON, open_file: OpenFile) -> Request:
    from urllib3 import encode_multipart_formdata

    fields = [
        (name, (part.filename, part.content, part.content_type) if isinstance(part, Part) else part)
        for name, value in _object(body, "multipart").items()
        for part in _parts(value, open_file)
    ]
    content, content_type = encode_multipart_formdata(fields)
    # The boundary belongs to the content: a header that the user wrote cannot know it.
    return replace(request.with_header("Content-Type", content_type), content=content)


def _parts(value: JSON, open_file: OpenFile) -> Iterator[Part | str]:
    if value is None:
        return
    if isinstance(value, list):
        for item in value:
            yield from _parts(item, open_file)
    elif is_file(value):
        yield Part(as_text(value.get("name")) or "file", open_file(value), as_text(value.get("content_type")))
    elif isinstance(value, Mapping) and "filename" in value:
        content_type = as_text(value.get("content_type")) or "application/octet-stream"
        yield Part(as_text(value["filename"]), _bytes(value), content_type)
    else:
        yield as_text(value)


def _bytes(part: Mapping[str, JSON]) -> bytes:
    if part.get("encoding") != "base64":
        return as_text(part.get("content")).encode()
    try:
        return base64.b64decode(as_text(part.get("content")), validate=True)
    except (binascii.Error, ValueError) as exc:
        raise StepFailed(f"The part “{part['filename']}” is not valid base64.", error_type="validation") from exc


def _object(body: JSON, kind: str) -> Mapping[str, JSON]:
    if isinstance(body, Mapping):
        return body
    raise StepFailed(
        f"A body of the kind {kind} is an object of fields and values.",
        error_type="validation",
        hint='Write {"name": "value"}.',
    )
