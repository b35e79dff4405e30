"""Any exception as the error that the caller reads: `{error, detail, status, problems?}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import structlog
from django.core import exceptions as django_errors
from django.db import OperationalError
from django.http import Http404, HttpRequest
from rest_framework import exceptions as drf_errors

from backend.common import errors
from backend.common.json import JSON
from backend.common.problems import Problem

log = structlog.get_logger(__name__)

_SHORT = {
    400: "Invalid",
    405: "Method not allowed",
    406: "Not acceptable",
    413: "Too large",
    415: "Unsupported media type",
}
_SHORT |= {403: "Forbidden", 404: "Not found", 429: "Too many requests"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What an answer to a failed request holds."""

    status: int
    error: str
    detail: str
    problems: tuple[Problem, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    id: str = ""  # to find an unexpected error in the log
    extra: Mapping[str, JSON] = field(default_factory=dict)  # what the caller needs to go on

    def as_json(self) -> dict[str, JSON]:
        """The one shape of errors."""
        body: dict[str, JSON] = {"error": self.error, "detail": self.detail, "status": self.status}
        if self.problems:
            body["problems"] = [problem.as_json() for problem in self.problems]
        if self.id:
            body["id"] = self.id
        return {**body, **self.extra}


UNAUTHORIZED = Fault(
    401, errors.Unauthorized.error, "Invalid or missing API key", headers={"WWW-Authenticate": "Bearer"}
)


def fault_of(exc: Exception, *, request: HttpRequest | None) -> Fault:
    """The fault that an exception means; what nobody expected is logged with an id and answered without details."""
    match exc:
        case errors.Unauthorized() | drf_errors.NotAuthenticated() | drf_errors.AuthenticationFailed():
            return UNAUTHORIZED
        case errors.AppError():
            return _of_ours(exc)
        case drf_errors.APIException():
            return _of_framework(exc)
        case OperationalError():
            log.error("database_unavailable", exc_info=exc)
            return _of_ours(errors.Unavailable("The database does not answer right now. Try again shortly."))
        case _:
            return _of_django(exc) or _unexpected(exc, request=request)


def _of_ours(exc: errors.AppError) -> Fault:
    wait = getattr(exc, "retry_after", None)
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return Fault(exc.status, exc.short, exc.detail, problems=exc.problems, headers=headers, extra=exc.extra)


def _of_framework(exc: drf_errors.APIException) -> Fault:
    if isinstance(exc, drf_errors.ValidationError):
        return _of_ours(errors.Invalid(problems=list(_problems(exc.detail))))
    if isinstance(exc, drf_errors.NotFound):
        return _of_ours(errors.NotFound())
    wait = getattr(exc, "wait", None)
    headers = {} if wait is None else {"Retry-After": str(int(wait) + 1)}
    return Fault(exc.status_code, _SHORT.get(exc.status_code, "Error"), str(exc.detail), headers=headers)


def _of_django(exc: Exception) -> Fault | None:
    match exc:
        case Http404():
            return _of_ours(errors.NotFound())
        case django_errors.PermissionDenied():
            return _of_ours(errors.Forbidden(str(exc)))
        case django_errors.ValidationError():
            return _of_ours(errors.Invalid(problems=_model_problems(exc)))
        case django_errors.RequestDataTooBig():
            return _of_ours(errors.TooLarge())
        case django_errors.SuspiciousOperation() | django_errors.BadRequest():
            return _of_ours(errors.Invalid("The request is malformed."))
        case _:
            return None


def _unexpected(exc: Exception, *, request: HttpRequest | None) -> Fault:
    fault_id = str(uuid4())
    where = {"method": request.method, "path": request.path} if request is not None else {}
    log.error("unexpected_error", error_id=fault_id, exc_info=exc, **where)
    detail = f"Something went wrong on our side. Whoever runs the server finds more in the log under {fault_id}."
    return Fault(500, errors.AppError.error, detail, id=fault_id)


def _problems(detail: Any, *, path: str = "") -> Iterator[Problem]:
    """Walks the framework's nested field errors down to their messages."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            yield from _problems(value, path=path if key == "non_field_errors" else _member(path, key))
        return
    if not isinstance(detail, list):
        yield Problem(str(detail), path=path, code=getattr(detail, "code", None) or "invalid")
        return
    nested = any(isinstance(item, Mapping | list) for item in detail)
    for index, item in enumerate(detail):
        yield from _problems(item, path=f"{path}[{index}]" if nested else path)


def _member(path: str, key: object) -> str:
    if isinstance(key, int):  # the framework numbers the faulty members of some lists
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else str(key)


def _model_problems(exc: django_errors.ValidationError) -> list[Problem]:
    if not hasattr(exc, "error_dict"):
        return [Problem(text) for text in exc.messages]
    named = ((name, text) for name, texts in exc.message_dict.items() for text in texts)
    return [Problem(text, path="" if name == django_errors.NON_FIELD_ERRORS else name) for name, text in named]
