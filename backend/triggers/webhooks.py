"""The public address of webhooks: `/hooks/<token>/…`."""

from __future__ import annotations

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from backend.accounts.permissions import Permission
from backend.accounts.views import declare
from backend.common.errors import AppError
from backend.common.faults import fault_of
from backend.triggers.errors import NotNow
from backend.triggers.reception import Reception
from backend.triggers.selectors.webhooks import webhook_called

log = structlog.get_logger(__name__)

PUBLIC = dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"), Permission.PUBLIC)


@csrf_exempt
@declare(**PUBLIC)
def receive(request: HttpRequest, token: str, path: str = "") -> HttpResponseBase:
    """One call, from anybody who knows the address; callers may add a path."""
    try:
        return Reception(request, webhook_called(token), path).answer()
    except (OperationalError, InterfaceError):
        log.exception("webhook_without_database")
        return refusal(request, NotNow())
    except AppError as exc:
        return refusal(request, exc)


def refusal(request: HttpRequest, exc: AppError) -> HttpResponse:
    """An error in the one shape of the API, with the headers that it needs."""
    fault = fault_of(exc, request=request)
    headers = {**fault.headers, **getattr(exc, "headers", {})}
    return JsonResponse(fault.as_json(), status=fault.status, headers=headers)
