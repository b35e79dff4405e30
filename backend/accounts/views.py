"""The bases of all API views: each view declares the permission that each of its methods needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from django.utils.functional import cached_property
from rest_framework.authentication import BaseAuthentication
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from backend.accounts import selectors
from backend.accounts.actor import Actor
from backend.accounts.authentication import SessionAuthentication
from backend.accounts.models import ApiKey, User
from backend.accounts.permissions import Permission
from backend.common import errors
from backend.common.pagination import paginated

__all__ = ["Actor", "DeclaredView", "OrganizationView", "Permission", "PublicView", "SignedInView", "declare"]

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


class DeclaredView(APIView):
    """A view that answers only the methods whose permission it declares. Derive from one of the three below."""

    permissions: ClassVar[Mapping[str, Permission]] = {}
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    metadata_class = None

    @property
    def user(self) -> User | None:
        """The signed-in person, if it is not a key."""
        user = self.request.user
        return user if isinstance(user, User) else None

    def validated(self, serializer: type[BaseSerializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """The request's body as the serializer reads it; otherwise 400 with every problem."""
        read = serializer(data=self.request.data, partial=partial)
        read.is_valid(raise_exception=True)
        return dict(read.validated_data)

    def listed(self, rows: Iterable[T], serializer: type[BaseSerializer[Any]]) -> Response:
        """One page of a queryset or list in the shape of all lists."""
        return paginated(self.request, rows, shape=lambda row: serializer(row).data)


class PublicView(DeclaredView):
    """For the few views without sign-in. Each method still says `Permission.PUBLIC`."""

    authentication_classes: Sequence[type[BaseAuthentication]] = [SessionAuthentication]


class SignedInView(DeclaredView):
    """For views that need a person or a key, but no organisation (`Permission.SIGNED_IN`)."""

    @property
    def person(self) -> User:
        """The signed-in person, where a key will not do."""
        if self.user is None:
            raise errors.Forbidden("Only a person who signed in can do this, not an API key.")
        return self.user

    @property
    def api_key(self) -> ApiKey | None:
        """The key that was sent, if any."""
        return self.request.auth if isinstance(self.request.auth, ApiKey) else None

    @cached_property
    def optional_actor(self) -> Actor | None:
        """The actor, or None for a person without any organisation."""
        return selectors.actor_of(
            user=self.user, api_key=self.api_key, organization=self.request.headers.get("X-Organization-ID", "")
        )


class OrganizationView(SignedInView):
    """For everything that belongs to an organisation: `self.actor` says who acts, and where."""

    @cached_property
    def actor(self) -> Actor:
        """Who acts in which organisation."""
        if self.optional_actor is None:
            raise errors.Forbidden("You belong to no organisation. Ask an owner of one to add you.")
        return self.optional_actor


def declare(**permissions: Permission) -> Callable[[F], F]:
    """Declares the permissions of a plain Django view, such as `@declare(POST=Permission.PUBLIC)`.

    It only declares, for the test that looks at all routes: such a view checks for itself.
    """

    def mark(view: F) -> F:
        view.permissions = permissions  # type: ignore[attr-defined]  # functions carry attributes
        return view

    return mark
