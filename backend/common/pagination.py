"""Lists in pages: `?limit=&offset=` → `{count, next, previous, results}`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response

from backend.common.json import JSON

T = TypeVar("T")


class Pagination(LimitOffsetPagination):
    """At most 200 rows a page, 50 unless asked."""

    default_limit = 50
    max_limit = 200


def paginated(request: Request, rows: Iterable[T], *, shape: Callable[[T], JSON]) -> Response:
    """One page of a queryset or list, each row as `shape` makes it."""
    pages = Pagination()
    page: Any = pages.paginate_queryset(rows, request)  # type: ignore[arg-type]  # it slices and counts, no more
    return pages.get_paginated_response([shape(row) for row in page])
