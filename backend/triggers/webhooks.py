"""The public address of webhooks: `/hooks/<token>/…`."""

from __future__ import annotations

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt

from backend.accounts.permissions import Permission
from backend.accounts.views import declare
from backend.common.errors import AppError
from backend.common.faults import fault_of
from backend.triggers.answer import Answer, in_json
from backend.triggers.errors import NotNow
from backend.triggers.incoming import Incoming
from backend.triggers.remembering import received

log = structlog.get_logger(__name__)

PUBLIC = dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"), Permission.PUBLIC)


@csrf_exempt
@declare(**PUBLIC)
def receive(request: HttpRequest, token: str, path: str = "") -> HttpResponseBase:
    """One call that came through Django; the web program answers most of them before (`gate.py`)."""
    return as_response(answered(Incoming.of_request(request), token=token, path=path))


def answered(incoming: Incoming, *, token: str, path: str) -> Answer:
    """One call, from anybody who knows the address; callers may add a path. Whatever happens, there is an answer."""
    try:
        return received(incoming, token=token, path=path)
    except (OperationalError, InterfaceError):
        log.exception("webhook_without_database")
        return refusal(NotNow())
    except Exception as exc:  # noqa: BLE001 what nobody expected is logged by `fault_of`
        return refusal(exc)


def refusal(exc: Exception) -> Answer:
    """An error in the one shape of the API, with the headers that it needs."""
    fault = fault_of(exc, request=None)
    own = exc.headers if isinstance(exc, AppError) and hasattr(exc, "headers") else {}
    return in_json(fault.as_json(), status=fault.status, headers={**fault.headers, **own})


def as_response(answer: Answer) -> HttpResponseBase:
    """The answer as Django sends it."""
    if answer.stream is not None:
        return StreamingHttpResponse(answer.stream, status=answer.status, headers=dict(answer.headers))
    return HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers))
