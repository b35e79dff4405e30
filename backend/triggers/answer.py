"""What a caller gets back: a reference to the job, or what the workflow's output step says. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote
from uuid import UUID

from backend.common.json import JSON

_encoded = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` would make one for each answer
_JSON_TYPE = "application/json"
_TEXT_TYPE = "text/plain; charset=utf-8"

# A page that a workflow makes is shown apart from the console: no scripts, no cookies, no frames, but its own styles.
_PAGE_POLICY = (
    "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; font-src https: data:; "
    "frame-ancestors 'none'"
)

# What a workflow may set. Cookies, redirects and everything that steers browsers or proxies stay ours.
_HEADERS = re.compile(
    r"cache-control|content-disposition|content-language|content-type|etag|expires|last-modified|link|retry-after|vary"
    r"|x-(?!accel|content|frame|forwarded|permitted|real|sendfile|xss)[a-z0-9-]+"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, as values."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    file: str = ""  # the id of a stored file that is the body
    stream: Iterable[bytes] | None = None  # a body that comes bit by bit


def accepted(job_id: UUID, *, status: str, waiting: Sequence[Mapping[str, JSON]] = ()) -> Answer:
    """The job is accepted and will run; this is where to look, and what it waits for. Its insides are not told."""
    job = str(job_id)
    seen: dict[str, JSON] = {"job": job, "status": status, "url": f"/api/jobs/{job}/"}
    if waiting:
        seen["waiting"] = [{name: one[name] for name in ("reason", "until", "signal")} for one in waiting]
    return in_json(seen, status=202)


def failed(job_id: UUID, *, status: str, error: Mapping[str, JSON] | None) -> Answer:
    """The job ended without success."""
    detail = str((error or {}).get("message") or f"The job ended as {status}.")
    return in_json({"error": "Job failed", "detail": detail, "status": 500, "job": str(job_id)}, status=500)


def succeeded(*, response: Mapping[str, JSON] | None, output: JSON) -> Answer:
    """What the output step says: its status, headers and body; without one, the job's output as JSON."""
    said = response or {}
    status = said.get("status")
    status = 200 if status is None else status
    if not isinstance(status, int) or isinstance(status, bool) or not 200 <= status <= 599:
        return _unusable("The output step's status must be a number from 200 to 599.")
    if status in {204, 304}:
        return Answer(status, b"", _headers(said.get("headers")))
    return _with_body(status, said.get("body", output), _headers(said.get("headers")))


def in_json(value: JSON, *, status: int, headers: Mapping[str, str] | None = None) -> Answer:
    """Any value as JSON."""
    said = dict(headers or {})
    if "json" not in said.get("Content-Type", ""):  # but application/problem+json and its like may stay
        said["Content-Type"] = _JSON_TYPE
    return Answer(status, _encoded(value).encode(errors="replace"), said)


def _with_body(status: int, body: JSON, headers: dict[str, str]) -> Answer:
    file = _file_of(body)
    if file is not None:
        return Answer(status, b"", _file_headers(file, headers), file=str(file["$file"]))
    if isinstance(body, str):
        policy = {"Content-Security-Policy": _PAGE_POLICY}
        return Answer(status, body.encode(errors="replace"), {"Content-Type": _TEXT_TYPE, **headers, **policy})
    return in_json(body, status=status, headers=headers)


def _file_of(body: JSON) -> Mapping[str, JSON] | None:
    """The reference of a stored file, if the body is one."""
    return body if isinstance(body, Mapping) and isinstance(body.get("$file"), str) else None


def _file_headers(file: Mapping[str, JSON], said: Mapping[str, str]) -> dict[str, str]:
    name = quote(str(file.get("name") or "file"))
    content_type = str(file.get("content_type") or "application/octet-stream")
    own = {
        "Content-Type": content_type if _is_plain(content_type) else "application/octet-stream",
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
    }
    return {**own, **said, "Content-Security-Policy": _PAGE_POLICY}


def _headers(said: JSON) -> dict[str, str]:
    if not isinstance(said, Mapping):
        return {}
    named = {str(name).strip().title(): str(value) for name, value in said.items() if value is not None}
    return {name: value for name, value in named.items() if _HEADERS.fullmatch(name.lower()) and _is_plain(value)}


def _is_plain(value: str) -> bool:
    return value.isascii() and value.isprintable() and len(value) <= 4096


def _unusable(detail: str) -> Answer:
    return in_json({"error": "Unusable answer", "detail": detail, "status": 500}, status=500)
