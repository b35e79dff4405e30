"""Who makes a request, in which organisation, and what they may do there."""

from __future__ import annotations

from dataclasses import dataclass

from backend.accounts.models import ApiKey, Organization, User
from backend.accounts.permissions import ROLE_PERMISSIONS, Permission


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or an API key (never both) with its role in one organisation."""

    user: User | None
    api_key: ApiKey | None
    organization: Organization
    role: str

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything that the role allows."""
        return ROLE_PERMISSIONS.get(self.role, frozenset())

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it."""
        return permission in self.permissions
