"""The public address of webhooks: `/hooks/<token>/…`. Whatever fails on the way, no job is started.

The order is: address, workflow, method, caller's network, rate, size, identity, and only then the content. What runs is
the published version; a caller supplies the payload and nothing else.
"""

from __future__ import annotations

from typing import IO, cast
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from backend.accounts.permissions import Permission
from backend.accounts.views import declare
from backend.common.errors import AppError
from backend.common.faults import fault_of
from backend.common.http import client_address
from backend.common.json import JSON
from backend.common.parsers import read_limited
from backend.jobs import selectors as job_selectors
from backend.jobs import state
from backend.triggers import answer
from backend.triggers.answer import Answer
from backend.triggers.errors import AddressRefused, CallerUnknown, LengthRequired, MethodRefused, NotNow
from backend.triggers.networks import is_within
from backend.triggers.payload import read_payload, shown_headers, shown_query
from backend.triggers.selectors import webhooks as selectors
from backend.triggers.services import calls
from backend.triggers.verify import Auth, Call, NotAuthentic, Proof, verify

LONGEST_WAIT = 300.0  # seconds that any caller may hold a thread of the web process

log = structlog.get_logger(__name__)


@csrf_exempt
@declare(
    GET=Permission.PUBLIC,
    POST=Permission.PUBLIC,
    PUT=Permission.PUBLIC,
    PATCH=Permission.PUBLIC,
    DELETE=Permission.PUBLIC,
    HEAD=Permission.PUBLIC,
    OPTIONS=Permission.PUBLIC,
)
def receive(request: HttpRequest, token: str, path: str = "") -> HttpResponse:  # noqa: ARG001 callers may add a path
    """One call, from anybody who knows the address."""
    try:
        return _response(_received(request, token))
    except (OperationalError, InterfaceError):
        log.exception("webhook_without_database")
        return _refusal(request, NotNow())
    except AppError as exc:
        return _refusal(request, exc)


def _received(request: HttpRequest, token: str) -> Answer:
    webhook = selectors.webhook_live(token)
    _check_method(request.method or "", allowed=webhook.methods)
    _check_network(client_address(request), networks=webhook.ip_allow)
    now = timezone.now()
    calls.call_admit(webhook, now=now)
    call = _read(request, max_bytes=webhook.max_body)
    secrets = selectors.webhook_secrets(webhook, now=now)
    proof = _verified(call, auth=webhook.auth, secrets=secrets, now=now.timestamp())
    job = calls.delivery_accept(
        webhook,
        job_input=_input(request, call),
        replay_key=proof.replay_key,
        idempotency=_idempotency(call, header=webhook.idempotency_header),
        now=now,
    )
    if webhook.respond == "when_finished":
        return _finished(job.pk, timeout=min(webhook.timeout, LONGEST_WAIT))
    return answer.accepted(job.pk, status=job.status)


def _check_method(method: str, *, allowed: list[str]) -> None:
    if method not in allowed:
        raise MethodRefused(method, allowed=allowed)


def _check_network(address: str, *, networks: list[str]) -> None:
    if networks and not is_within(address, networks=networks):
        raise AddressRefused


def _read(request: HttpRequest, *, max_bytes: int) -> Call:
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower() and "Content-Length" not in request.headers:
        raise LengthRequired
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Call(headers, read_limited(cast("IO[bytes]", request), max_bytes=max_bytes))  # a request reads like a file


def _verified(call: Call, *, auth: str, secrets: list[str], now: float) -> Proof:
    try:
        return verify(call, auth=auth, secrets=secrets, now=now)
    except NotAuthentic as exc:
        challenge = {Auth.BEARER: "Bearer", Auth.BASIC: 'Basic realm="webhook"'}.get(Auth(auth), "Signature")
        raise CallerUnknown(str(exc), headers={"WWW-Authenticate": challenge}) from exc


def _idempotency(call: Call, *, header: str) -> str:
    return call.headers.get(header.lower(), "") if header else ""


def _input(request: HttpRequest, call: Call) -> dict[str, JSON]:
    return {
        "webhook_payload": read_payload(call.body, content_type=call.headers.get("content-type", "")),
        "webhook_headers": shown_headers(call.headers),
        "webhook_query": shown_query(request.META.get("QUERY_STRING", "")),
    }


def _finished(job_id: UUID, *, timeout: float) -> Answer:
    job = job_selectors.job_wait(job_id, timeout=timeout)
    if job.status not in state.ENDED:
        return answer.accepted(job.pk, status=job.status)
    if job.status == "SUCCESS":
        return answer.succeeded(response=job.response, output=job.output)
    return answer.failed(job.pk, status=job.status, error=job.error)


def _response(given: Answer) -> HttpResponse:
    return HttpResponse(given.body, status=given.status, headers=dict(given.headers))


def _refusal(request: HttpRequest, exc: AppError) -> HttpResponse:
    fault = fault_of(exc, request=request)
    headers = {**fault.headers, **getattr(exc, "headers", {})}
    return JsonResponse(fault.as_json(), status=fault.status, headers=headers)
