"""The first run: the first organisation and its owner, made once, by somebody who can read the server's log."""

from __future__ import annotations

import hmac
from pathlib import Path

import structlog
from django.conf import settings
from django.contrib import auth
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from backend.accounts import tokens
from backend.accounts.errors import AlreadySetUp
from backend.accounts.models import Installation, Membership, Organization, Role, User
from backend.accounts.services.organizations import DEFAULT_SLUG, organization_create
from backend.accounts.services.people import normal_email, user_create, user_set_password
from backend.common import errors
from backend.common.http import client_address, is_loopback
from backend.common.problems import Problem

log = structlog.get_logger(__name__)


def setup_needed() -> bool:
    """Whether there is nobody yet who could sign in."""
    return not User.objects.exists()


def setup_token_needed(request: HttpRequest) -> bool:
    """Only somebody at a developer's own machine needs no proof of being the administrator."""
    # The name is checked too, or a web page could reach this machine under a name of its own that points here.
    local_name = request.get_host().rsplit(":", 1)[0] in {"localhost", "127.0.0.1", "[::1]"}
    return not (settings.DEVELOPMENT and local_name and is_loopback(client_address(request)))


def setup_token_announce() -> None:
    """Makes the token and prints it, once; later it can be read from its file."""
    path = _token_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = tokens.new_token()
    try:
        path.touch(mode=0o600, exist_ok=False)  # of several processes exactly one makes the token
    except FileExistsError:
        return
    path.write_text(text)
    log.warning("first_run", enter_this=text, file=str(path), where=f"{settings.STEPGRAPH_BASE_URL}/setup")


def setup_complete(
    request: HttpRequest, *, email: str, name: str, password: str, organization: str, token: str
) -> User:
    """Makes the first organisation and its owner and signs in; AlreadySetUp if anybody exists."""
    _require_token(request, token=token)
    user = owner_create(email=email, name=name, password=password, organization=organization)
    auth.login(request, user)
    _token_path().unlink(missing_ok=True)
    return user


@transaction.atomic
def owner_create(*, email: str, name: str, password: str, organization: str) -> User:
    """The first owner. Of two at the same time the second meets the unique row and fails."""
    if not setup_needed():
        raise AlreadySetUp
    try:
        with transaction.atomic():
            Installation.objects.create()
    except IntegrityError as exc:
        raise AlreadySetUp from exc
    user = user_create(email=email, name=name, password=password)
    _adopt_default(user, name=organization) or organization_create(name=organization, owner=user)
    for orphan in Organization.objects.filter(memberships=None):
        Membership.objects.create(organization=orphan, user=user, role=Role.OWNER)
    return user


def _adopt_default(user: User, *, name: str) -> Organization | None:
    # Keys made on the command line before the first run made it: what they stored must be seen by its owner.
    found = Organization.objects.filter(slug=DEFAULT_SLUG, memberships=None).first()
    if found is not None:
        found.name = name.strip()
        found.full_clean()
        found.save(update_fields=["name"])
        Membership.objects.create(organization=found, user=user, role=Role.OWNER)
    return found


@transaction.atomic
def owner_ensure(*, email: str, password: str, organization: str) -> Organization:
    """For whoever runs the server: a person with this password who owns the organisation of this name, or the first."""
    named = Organization.objects.filter(name=organization) if organization else Organization.objects.all()
    place = named.order_by("created_at", "id").first()
    if place is None:
        place = organization_create(name=organization or "Default", owner=None)
    user = User.objects.filter(email=normal_email(email)).first()
    if user is None:
        user = user_create(email=email, name=email.partition("@")[0], password=password)
    else:
        user_set_password(user, password=password)
    Membership.objects.update_or_create(organization=place, user=user, defaults={"role": Role.OWNER})
    return place


def _require_token(request: HttpRequest, *, token: str) -> None:
    if not setup_token_needed(request):
        return
    setup_token_announce()
    expected = _token_path().read_text().strip()
    if not expected or not hmac.compare_digest(expected.encode(), token.strip().encode()):
        hint = f"The server wrote it to its log and to the file {_token_path().name} in the folder keys of its home."
        raise errors.Invalid(problems=[Problem("The set-up token is wrong or missing.", path="token", hint=hint)])


def _token_path() -> Path:
    return Path(settings.STEPGRAPH_HOME) / "keys" / "setup_token"
