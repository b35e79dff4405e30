"""The public address of tests: `/hooks/test/<token>/…`. It starts nothing; it shows what came to who waits for it."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from backend.accounts.views import declare
from backend.common.errors import AppError
from backend.common.json import JSON
from backend.jobs.serializers import iso
from backend.triggers.answer import in_json
from backend.triggers.errors import NotNow
from backend.triggers.incoming import Incoming
from backend.triggers.models import Webhook
from backend.triggers.payload import read_payload, shown_headers, shown_query
from backend.triggers.reception import read_call
from backend.triggers.selectors import webhooks as selectors
from backend.triggers.services import testing
from backend.triggers.verify import Call, NotAuthentic, verify
from backend.triggers.webhooks import PUBLIC, as_response, refusal

_MAX_BODY = 256_000  # the last calls are kept in one row


@csrf_exempt
@declare(**PUBLIC)
def receive_test(request: HttpRequest, token: str, path: str = "") -> HttpResponseBase:
    """One call, from anybody who knows the address while its ten minutes last."""
    now, incoming = timezone.now(), Incoming.of_request(request)
    try:
        test = testing.test_of(token, now=now)
        call = read_call(incoming, max_bytes=_MAX_BODY)
        seen: dict[str, JSON] = {
            "at": iso(now),
            "method": incoming.method[:10],
            "path": path[:300],
            "address": incoming.address[:45],
            "size": len(call.body),
            "proof": _proof(call, webhook=test.webhook, at=now.timestamp()),
            "webhook_payload": read_payload(
                call.body, content_type=call.headers.get("content-type", ""), keep=_described
            ),
            "webhook_headers": shown_headers(call.headers),
            "webhook_query": shown_query(incoming.query),
        }
        testing.test_note(test, seen)
    except (OperationalError, InterfaceError):
        return as_response(refusal(NotNow()))
    except AppError as exc:
        return as_response(refusal(exc))
    said: JSON = {"received": True, "detail": "The call is shown in the editor; no job was started."}
    return as_response(in_json(said, status=200))


def _described(name: str, content_type: str, data: bytes) -> JSON:
    """A file of a test is not stored: what a reference would look like is enough to build with."""
    return {
        "$file": "00000000-0000-0000-0000-000000000000",
        "name": name,
        "content_type": content_type,
        "size": len(data),
    }


def _proof(call: Call, *, webhook: Webhook | None, at: float) -> JSON:
    """Whether the webhook would know the caller, and if not, why."""
    if webhook is None:
        return None
    try:
        secrets = selectors.webhook_secrets(webhook, now=timezone.now())
        verify(call, auth=webhook.auth, secrets=secrets, now=at)
    except NotAuthentic as exc:
        return {"ok": False, "detail": str(exc)}
    return {"ok": True, "detail": ""}
