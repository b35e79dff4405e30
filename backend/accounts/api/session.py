"""The HTTP API of signing in: the first run, the session, oneself."""

from __future__ import annotations

from django.contrib import auth
from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts import selectors, serializers
from backend.accounts.authentication import SessionAuthentication
from backend.accounts.errors import AlreadySetUp
from backend.accounts.permissions import Permission
from backend.accounts.services import first_run, people
from backend.accounts.views import PublicView, SignedInView


def enforce_csrf(request: Request) -> None:
    """For writes of people who are not signed in yet: nobody else's page may sign them in."""
    SessionAuthentication().enforce_csrf(request)


class SetupView(PublicView):
    """The first run."""

    permissions = {"GET": Permission.PUBLIC, "POST": Permission.PUBLIC}

    @extend_schema(responses=serializers.SetupStateSerializer)
    def get(self, request: Request) -> Response:
        """Whether it is still to come; also sets the CSRF cookie."""
        get_token(request)
        needed = first_run.setup_needed()
        token_required = needed and first_run.setup_token_needed(request)
        if token_required:
            first_run.setup_token_announce()
        return Response({"needed": needed, "token_required": token_required})

    @extend_schema(request=serializers.Setup, responses={201: serializers.MeSerializer})
    def post(self, request: Request) -> Response:
        """Makes the first organisation and its owner, and signs in."""
        enforce_csrf(request)
        if not first_run.setup_needed():
            raise AlreadySetUp
        user = first_run.setup_complete(request, **self.validated(serializers.Setup))
        actor = selectors.actor_of(user=user, api_key=None, organization="")
        memberships = list(selectors.memberships_of(user))
        return Response(serializers.me_json(user=user, actor=actor, memberships=memberships), status=201)


class SessionView(PublicView):
    """The browser's session."""

    permissions = {"GET": Permission.PUBLIC, "POST": Permission.PUBLIC, "DELETE": Permission.PUBLIC}

    @extend_schema(responses=serializers.SessionStateSerializer)
    def get(self, request: Request) -> Response:
        """Whether it is signed in, and as whom; also sets the CSRF cookie that every write needs.

        Answers 200 to strangers, too, so that the first page asks without an error in anybody's console.
        """
        get_token(request)
        user = self.user
        if user is None:
            return Response({"signed_in": False, "me": None})
        actor = selectors.actor_of(user=user, api_key=None, organization=request.headers.get("X-Organization-ID", ""))
        memberships = list(selectors.memberships_of(user))
        return Response({"signed_in": True, "me": serializers.me_json(user=user, actor=actor, memberships=memberships)})

    @extend_schema(request=serializers.SignIn, responses=serializers.SessionSerializer)
    def post(self, request: Request) -> Response:
        """Signs in. Wrong, unknown and disabled accounts are answered alike."""
        enforce_csrf(request)
        people.user_sign_in(request, **self.validated(serializers.SignIn))
        return Response({"signed_in": True})

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Signs out: the session ends on the server."""
        enforce_csrf(request)
        auth.logout(request)
        return Response(status=204)


class MeView(SignedInView):
    """Whoever asks."""

    permissions = {"GET": Permission.SIGNED_IN, "PATCH": Permission.SIGNED_IN}

    @extend_schema(responses=serializers.MeSerializer)
    def get(self, request: Request) -> Response:
        """Who it is, where, and what they may do."""
        return self._answer()

    @extend_schema(request=serializers.UserChange, responses=serializers.MeSerializer)
    def patch(self, request: Request) -> Response:
        """Another name."""
        people.user_rename(self.person, **self.validated(serializers.UserChange))
        return self._answer()

    def _answer(self) -> Response:
        memberships = list(selectors.memberships_of(self.user)) if self.user else []
        return Response(serializers.me_json(user=self.user, actor=self.optional_actor, memberships=memberships))


class PasswordView(SignedInView):
    """One's own password."""

    permissions = {"POST": Permission.SIGNED_IN}

    @extend_schema(request=serializers.PasswordChange, responses={204: None})
    def post(self, request: Request) -> Response:
        """Changes it and ends all other sessions."""
        user = self.person
        body = self.validated(serializers.PasswordChange)
        people.user_change_password(request, user=user, current=body["current_password"], new=body["new_password"])
        return Response(status=204)
