"""What people ask of a connector while they wait, done where the way out is: in a worker.

The programs that answer people have no way to the internet in production. So a test, a look at tables or the end of a
sign-in is a row that a worker takes, once; whoever asked waits for its answer and removes the row.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.utils import timezone

from backend import queue
from backend.common import crypto
from backend.common.errors import AppError
from backend.common.ids import uuid7
from backend.common.json import JSON
from backend.connectors.errors import NoWorker, Unusable
from backend.connectors.models import Connector, Errand

logger = structlog.get_logger(__name__)

Work = Callable[[UUID, Connector | None, Mapping[str, JSON]], JSON]
"""Of an organisation, perhaps of a connector, with what it needs to know. Raises AppError."""

works: dict[str, Work] = {}
"""By kind; the modules of this app add theirs in `ready()`."""

_TAKEN_SECONDS: Final = 10.0  # until a worker must have taken it
_DONE_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = (0.02, 0.2)  # at first, and at most
_LEFT_OVER: Final = timedelta(minutes=10)  # whoever asked has gone away


def ask(organization_id: UUID, kind: str, *, connector: Connector | None = None, **known: JSON) -> JSON:
    """The answer of a worker. Raises Unusable with what is wrong, and NoWorker when none has taken it up."""
    if not settings.ERRANDS_BY_WORKERS:
        return works[kind](organization_id, connector, known)
    Errand.objects.filter(created_at__lt=timezone.now() - _LEFT_OVER).delete()
    errand = Errand(id=uuid7(), organization_id=organization_id, connector=connector, kind=kind)
    errand.sealed = crypto.encrypt(json.dumps(known), keys=settings.ENCRYPTION_KEYS, context=_context(errand))
    errand.save(force_insert=True)
    queue.ring_for_errand()
    try:
        return _read(_waited_for(errand.pk))
    finally:
        Errand.objects.filter(pk=errand.pk).delete()


def _waited_for(pk: UUID) -> Mapping[str, JSON]:
    begun, pause = time.monotonic(), _LOOK_SECONDS[0]
    while time.monotonic() - begun < _DONE_SECONDS:
        time.sleep(pause)
        pause = min(pause * 1.5, _LOOK_SECONDS[1])
        found = Errand.objects.filter(pk=pk).values_list("answer", "taken_at", "done_at").first()
        if found is None:
            raise Unusable("The connector was deleted meanwhile.")
        answer, taken_at, done_at = found
        if done_at is not None:
            return dict(answer or {})
        if taken_at is None and time.monotonic() - begun > _TAKEN_SECONDS:
            raise NoWorker
    raise Unusable("The other side has not answered in time.")


def _read(answer: Mapping[str, JSON]) -> JSON:
    if "fault" in answer:
        raise Unusable(str(answer["fault"]))
    return answer["result"]


def _context(errand: Errand) -> str:
    return f"{errand.organization_id}|{errand.pk}|errand"


# --- in the worker --------------------------------------------------------------------------------------------------


def take() -> Errand | None:
    """The errand that has waited longest, for this worker alone."""
    for errand in Errand.objects.filter(taken_at=None).select_related("connector").order_by("created_at")[:5]:
        if Errand.objects.filter(pk=errand.pk, taken_at=None).update(taken_at=timezone.now()):
            return errand
    return None


def serve(errand: Errand) -> None:
    """Does it, and leaves the answer for whoever waits."""
    answer = _answer(errand)
    Errand.objects.filter(pk=errand.pk).update(answer=answer, done_at=timezone.now())


def _answer(errand: Errand) -> dict[str, JSON]:
    try:
        known = json.loads(crypto.decrypt(errand.sealed, keys=settings.ENCRYPTION_KEYS, context=_context(errand)))
        return {"result": works[errand.kind](errand.organization_id, errand.connector, known)}
    except (AppError, crypto.Undecryptable) as error:
        return {"fault": str(getattr(error, "detail", error))}
    except Exception as error:
        # Whoever waits must hear of it, and the worker must go on.
        logger.exception("errand failed", kind=errand.kind)
        return {"fault": f"The worker could not do it: {type(error).__name__}. Its log says more."}
