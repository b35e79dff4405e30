"""People: made, signed in and out, changed."""

from __future__ import annotations

from django.contrib import auth
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from backend.accounts.errors import WrongCredentials
from backend.accounts.models import User
from backend.accounts.services.attempts import attempt_clear, attempt_count
from backend.common import errors
from backend.common.http import client_address
from backend.common.problems import Problem


def normal_email(email: str) -> str:
    """The one form in which addresses are kept and compared."""
    return email.strip().lower()


def user_create(*, email: str, name: str, password: str) -> User:
    """A new person; raises Invalid with what is wrong with the address or the password."""
    user = User(email=normal_email(email), name=name.strip())
    check_password(password, user=user)
    user.set_password(password)
    user.full_clean()
    user.save()
    return user


def check_password(password: str, *, user: User, path: str = "password") -> None:
    """Raises Invalid unless the password is long and unusual enough."""
    try:
        validate_password(password, user)
    except ValidationError as exc:
        hint = "Take a few unrelated words: long and yours alone."
        problems = [Problem(text, path=path, hint=hint, code="password") for text in exc.messages]
        raise errors.Invalid("Choose another password.", problems=problems) from exc


def user_sign_in(request: HttpRequest, *, email: str, password: str) -> User:
    """Starts a fresh session. Wrong, unknown and disabled accounts are answered alike."""
    user = credentials_check(request, email=email, password=password)
    request.session.flush()  # the framework keeps the session of somebody who signs in again
    auth.login(request, user)
    return user


def credentials_check(request: HttpRequest, *, email: str, password: str) -> User:
    """The person whom these credentials prove; every try counts against the account and the network address."""
    account = normal_email(email)
    attempt_count("address", subject=client_address(request))
    attempt_count("account", subject=account)
    user = auth.authenticate(request, username=account, password=password)
    if not isinstance(user, User):
        raise WrongCredentials
    attempt_clear("account", subject=account)
    return user


def user_rename(user: User, *, name: str) -> None:
    """Changes how others see the person."""
    user.name = name.strip()
    user.full_clean()
    user.save(update_fields=["name"])


def user_change_password(request: HttpRequest, *, user: User, current: str, new: str) -> None:
    """Sets a new password; all sessions but this one end, because they carry a digest of the old one."""
    attempt_count("account", subject=user.email)
    if not user.check_password(current):
        raise errors.Invalid(problems=[Problem("This is not your current password.", path="current_password")])
    attempt_clear("account", subject=user.email)
    user_set_password(user, password=new, path="new_password")
    auth.update_session_auth_hash(request, user)


def user_set_password(user: User, *, password: str, path: str = "password") -> None:
    """Sets a password without asking for the old one."""
    check_password(password, user=user, path=path)
    user.set_password(password)
    user.save(update_fields=["password"])
