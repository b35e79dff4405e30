"""What can go wrong with accounts."""

from __future__ import annotations

from typing import ClassVar

from backend.common.errors import AppError, Conflict, Invalid


class TooManyAttempts(AppError):
    """Too many attempts. Wait a quarter of an hour, then try again."""

    status: ClassVar[int] = 429
    error: ClassVar[str] = "Too many attempts"

    def __init__(self, *, retry_after: int) -> None:
        self.retry_after = retry_after  # seconds
        super().__init__()


class WrongCredentials(Invalid):
    """The e-mail address or the password is wrong."""

    error: ClassVar[str] = "Wrong credentials"


class LastOwner(Conflict):
    """An organisation needs at least one owner. Make somebody else an owner first."""


class AlreadySetUp(Conflict):
    """The first run is over. Sign in, or ask an owner to invite you."""
