"""The family of errors that a person can meet: each says what happened and what to do.

A subclass's docstring is its default message. The HTTP layer turns any of them into the one error shape of the API.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from backend.common.json import JSON
    from backend.common.problems import Problem


class AppError(Exception):
    """Something went wrong."""

    status: ClassVar[int] = 500
    error: ClassVar[str] = "Internal error"
    extra: Mapping[str, JSON] = MappingProxyType({})  # further keys of the answer, for programs

    def __init__(self, detail: str = "", *, problems: Sequence[Problem] = (), error: str = "") -> None:
        self.detail = detail or (self.__doc__ or "").strip()
        self.problems = tuple(problems)
        self.short = error or self.error
        super().__init__(self.detail)


class Invalid(AppError):
    """The request is not valid. See the problems for what to change."""

    status = 400
    error = "Invalid"


class Unauthorized(AppError):
    """Invalid or missing API key"""

    status = 401
    error = "Unauthorized"


class Forbidden(AppError):
    """Your role does not allow this. Ask an owner of the organisation for the permission."""

    status = 403
    error = "Forbidden"


class NotFound(AppError):
    """There is nothing here that you can see. Check the id and the organisation."""

    status = 404
    error = "Not found"


class Conflict(AppError):
    """Somebody else changed this first. Load it again and repeat your change."""

    status = 409
    error = "Conflict"


class TooLarge(AppError):
    """The request is larger than allowed."""

    status = 413
    error = "Too large"


class Unavailable(AppError):
    """A part of the system is not available right now. Try again shortly."""

    status = 503
    error = "Unavailable"
