"""What an answer holds: parsed JSON, or text."""

from __future__ import annotations

import json
import re
from typing import Literal
from urllib.parse import unquote, urlsplit

from backend.catalog.steps import StepFailed
from backend.common.egress import Response
from backend.common.json import JSON
from workers.http.request import Request

AnswerKind = Literal["auto", "json", "text"]

_FILENAME = re.compile(r"""filename\*=(?:UTF-8'[^']*')([^;]+)|filename="([^"]+)"|filename=([^;\s]+)""", re.IGNORECASE)


def content(request: Request, response: Response, *, kind: AnswerKind = "auto") -> JSON:
    """The content; null if there is none. Raises StepFailed."""
    if not response.content:
        return None
    if kind == "json" or (kind == "auto" and response.is_json):
        return _parsed(request, response)
    if kind == "text":
        return response.text(errors="replace")
    try:
        return response.text()
    except UnicodeDecodeError:
        described = response.headers.get("content-type", "no Content-Type")
        raise StepFailed(
            f"{request.label} answered with data that is neither JSON nor text ({described[:80]}).",
            error_type="validation",
            hint="Turn on `save_as_file` to keep it as a file.",
        ) from None


def file_name(response: Response) -> str:
    """What the server calls the file, else the last part of its address."""
    found = _FILENAME.search(response.headers.get("content-disposition", ""))
    name = next((group for group in found.groups() if group), "") if found else ""
    name = unquote(name or urlsplit(response.url).path)
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2] or "download"


def _parsed(request: Request, response: Response) -> JSON:
    try:
        return json.loads(response.content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as exc:
        raise StepFailed(
            f"{request.label} answered {response.status} with broken JSON: {exc}.", error_type="validation"
        ) from exc


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
