"""Answers that come in pages: by page number, offset, cursor, or the Link header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, urljoin, urlsplit

from backend.catalog.fields import as_text
from backend.catalog.steps import StepFailed
from backend.common.egress import Response
from backend.common.json import JSON
from workers.http.request import Request

PageKind = Literal["page", "offset", "cursor", "link"]

_LINK = re.compile(r'<([^>]*)>\s*((?:;\s*[^,;=]+(?:=(?:"[^"]*"|[^,;]*))?\s*)*)')
_REL = re.compile(r'rel\s*=\s*"?([^";]+)"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Paging:
    """How a service hands out its pages, and how many of them are wanted."""

    kind: PageKind
    items: str = ""  # where the list is in an answer, such as `data.rows`; empty: the answer is the list
    param: str = ""
    start: int = 1
    size_param: str = ""
    size: int = 0
    next: str = ""  # of cursor: where the next cursor is, such as `meta.next`
    max_pages: int = 100
    max_items: int = 10_000


def first(request: Request, paging: Paging) -> Request:
    """The request for the first page."""
    if paging.size and paging.size_param:
        request = request.with_param(paging.size_param, str(paging.size))
    if paging.kind in {"page", "offset"}:
        return request.with_param(paging.param or paging.kind, str(paging.start))
    return request


def following(request: Request, response: Response, body: JSON, paging: Paging, *, seen: int) -> Request | None:
    """The request for the next page after `seen` items; None after the last one."""
    match paging.kind:
        case "page":
            page = int(_param(request, paging.param or "page", paging.start)) + 1
            return _unless_empty(request, body, paging, value=page)
        case "offset":
            return _unless_empty(request, body, paging, value=paging.start + seen)
        case "cursor":
            return _by_cursor(request, pick(body, paging.next), paging)
    return _by_link(request, response)


def items(body: JSON, paging: Paging, *, label: str) -> list[JSON]:
    """The list in one answer; raises StepFailed when it is not there."""
    found = pick(body, paging.items)
    if found is None:
        return []
    if not isinstance(found, list):
        place = f"`{paging.items}` in the answer" if paging.items else "The answer"
        raise StepFailed(
            f"{label}: {place} is not a list.",
            error_type="validation",
            hint="Set `paginate.items` to the place of the list, such as `data.rows`.",
        )
    return found


def pick(value: JSON, path: str) -> JSON:
    """The value at a place such as `meta.pages[0].next`; null where it does not exist."""
    for word in re.findall(r"[^.\[\]]+", path):
        if isinstance(value, Mapping):
            value = value.get(word)
        elif isinstance(value, list) and re.fullmatch(r"-?\d{1,9}", word):
            value = value[int(word)] if -len(value) <= int(word) < len(value) else None
        else:
            return None
    return value


def _unless_empty(request: Request, body: JSON, paging: Paging, *, value: int) -> Request | None:
    got = items(body, paging, label=request.label)
    if not got or (paging.size and len(got) < paging.size):
        return None
    return request.with_param(paging.param or paging.kind, str(value))


def _by_cursor(request: Request, cursor: JSON, paging: Paging) -> Request | None:
    if cursor in (None, "", False):
        return None
    text = as_text(cursor)
    if text.startswith(("http://", "https://")):
        return _at(request, text)
    return request.with_param(paging.param or "cursor", text)


def _by_link(request: Request, response: Response) -> Request | None:
    target = next((url for url, rel in _links(response) if "next" in rel.lower().split()), None)
    return None if target is None else _at(request, urljoin(response.url, target))


def _links(response: Response) -> Iterator[tuple[str, str]]:
    for url, rest in _LINK.findall(response.headers.get("link", "")):
        rel = _REL.search(rest)
        yield url, rel[1] if rel else ""


def _at(request: Request, url: str) -> Request:
    """The same request at another address of the same server: credentials go nowhere else."""
    if _origin(url) != _origin(request.url):
        raise StepFailed(
            f"{request.label}: the next page is at another server, {urlsplit(url).hostname or 'unknown'}.",
            error_type="validation",
            hint="Its address is not followed, because the credentials would be sent there.",
        )
    return Request(request.method, url, request.headers, request.content)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _param(request: Request, name: str, default: int) -> str:
    found = parse_qs(urlsplit(request.url).query).get(name, [])
    return found[0] if found and re.fullmatch(r"-?\d{1,15}", found[0]) else str(default)
