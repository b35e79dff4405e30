"""What the views of named things share: who uses them, and whether they may go all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from backend.accounts.views import OrganizationView
from backend.common.json import JSON
from backend.common.pagination import paginated
from backend.connectors import usage

T = TypeVar("T")
FORCE = OpenApiParameter("force", bool, description="Delete it although workflows use it.")


class NamedView(OrganizationView):
    """What the views here share."""

    @property
    def forced(self) -> bool:
        """Whether `?force=true` was asked."""
        return self.request.query_params.get("force", "").lower() in {"true", "1"}

    def page(self, rows: Iterable[T], *, shape: Callable[..., dict[str, JSON]], kind: str, name: str) -> Response:
        """A page of rows, each with its users; `name` is the attribute by which they are named."""
        uses = usage.all_uses(self.actor.organization)
        return paginated(
            self.request, rows, shape=lambda row: shape(row, used_by=uses.get((kind, getattr(row, name)), []))
        )

    def users(self, kind: str, name: str) -> list[JSON]:
        """Who uses one thing."""
        return usage.uses_of(self.actor.organization, kind=kind, name=name)
