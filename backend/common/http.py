"""The border to HTTP: the one error shape, security headers, the page of the editor, whose address a request has."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.response import Response
from rest_framework.views import set_rollback

from backend.common import errors
from backend.common.faults import Fault, fault_of

MACHINE_PATHS = ("/api/", "/hooks/", "/health/", "/metrics", "/calendars/")  # answered in JSON, whatever happens

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; "
    "style-src 'self' 'unsafe-inline'; "  # the component library sets styles on elements
    "img-src 'self' data: blob:; "
    "font-src 'self' data:; "  # the build puts small fonts into the style sheet
    "connect-src 'self'; worker-src 'self' blob:; frame-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
MACHINE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
FEATURES = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"
_HEADERS = {
    "Permissions-Policy": FEATURES,
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
PAGE_HEADERS = {"Content-Security-Policy": PAGE_POLICY, **_HEADERS}
MACHINE_HEADERS = {"Content-Security-Policy": MACHINE_POLICY, **_HEADERS, "Cache-Control": "no-store"}


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response:
    """Every exception of an API view as an answer of the one shape."""
    set_rollback()
    fault = fault_of(exc, request=context.get("request"))
    return Response(fault.as_json(), status=fault.status, headers=fault.headers)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler for 400 outside the API framework."""
    return _answer(fault_of(exception, request=request))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's handler for a missing CSRF token outside the API framework."""
    return _answer(fault_of(errors.Forbidden(f"The CSRF token is missing or wrong. {reason}"), request=request))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler for 403 outside the API framework."""
    return _answer(fault_of(exception, request=request))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 Django's signature
    """Django's handler for 404 outside the API framework."""
    hint = "" if request.path.endswith("/") else " Addresses of the API end with a slash."
    return _answer(fault_of(errors.NotFound(f"There is no address {request.path[:200]}.{hint}"), request=request))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler for exceptions outside the API framework; Django has logged the trace."""
    return _answer(fault_of(errors.AppError("Something went wrong on our side. The log has more."), request=request))


@csrf_exempt  # it changes nothing, and a write to a mistyped address should hear that it is mistyped
def single_page_app(request: HttpRequest) -> HttpResponse:
    """The editor's page for every address that nothing else answers; the page itself knows its addresses."""
    is_file = "." in request.path.rsplit("/", 1)[-1]
    if is_file or request.path.startswith(MACHINE_PATHS):
        return not_found(request, errors.NotFound())
    if request.method not in {"GET", "HEAD"}:
        return _answer(fault_of(MethodNotAllowed(request.method or ""), request=request))
    page = Path(settings.WHITENOISE_ROOT) / "index.html"
    if not page.is_file():
        return HttpResponse(_NOT_BUILT, status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(page.read_bytes(), headers={"Cache-Control": "no-cache"})


single_page_app.permissions = {"GET": "public"}  # type: ignore[attr-defined]  # the declaration that all routes need

_NOT_BUILT = "The editor is not built. Run `make up`, or `npm install && npm run build` in the folder frontend.\n"


class SecurityHeaders:
    """Adds the headers that make browsers defend us; a view that sets its own keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """One request."""
        # No database stores U+0000, and PostgreSQL does not even look for it.
        response = self.get_response(request) if "\0" not in request.path else not_found(request, errors.NotFound())
        ours = MACHINE_HEADERS if request.path.startswith(MACHINE_PATHS) else PAGE_HEADERS
        for name, value in ours.items():
            response.headers.setdefault(name, value)
        return response


def client_address(request: HttpRequest) -> str:
    """The network address of the caller; a forwarded one counts only from a proxy in TRUSTED_PROXIES."""
    return address_of(request.META)


def address_of(environ: Mapping[str, Any]) -> str:
    """The same of a request as WSGI describes it."""
    address: str = environ.get("REMOTE_ADDR", "")
    forwarded = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    while forwarded and _is_trusted_proxy(address):
        address = forwarded.pop()  # the last is what the nearest proxy saw
    return address


def is_loopback(address: str) -> bool:
    """Whether a caller sits at this machine."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _is_trusted_proxy(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return bool(settings.BEHIND_FRONT)  # a Unix socket that only our own front can reach
    return any(parsed in ipaddress.ip_network(network) for network in settings.TRUSTED_PROXIES)


def _answer(fault: Fault) -> JsonResponse:
    return JsonResponse(fault.as_json(), status=fault.status, headers=fault.headers)
