"""Counts attempts to guess a secret, in the database, so that every process counts together."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import F
from django.utils import timezone

from backend.accounts import tokens
from backend.accounts.errors import TooManyAttempts
from backend.accounts.models import Attempt

WINDOW = 15 * 60  # seconds
LIMITS = {"account": 10, "address": 100}  # per window; many people may share one address


def attempt_count(kind: str, *, subject: str) -> None:
    """Notes an attempt before it is made, so that parallel ones cannot slip through; raises TooManyAttempts."""
    now = timezone.now()
    key, ends = _window(kind, subject=subject, now=now)
    Attempt.objects.filter(expires_at__lte=now).delete()
    Attempt.objects.get_or_create(key=key, defaults={"expires_at": ends})
    Attempt.objects.filter(key=key).update(count=F("count") + 1)
    if Attempt.objects.values_list("count", flat=True).get(key=key) > LIMITS[kind]:
        raise TooManyAttempts(retry_after=int((ends - now).total_seconds()) + 1)


def attempt_clear(kind: str, *, subject: str) -> None:
    """Forgets the attempts after one that succeeded."""
    key, _ = _window(kind, subject=subject, now=timezone.now())
    Attempt.objects.filter(key=key).delete()


def _window(kind: str, *, subject: str, now: datetime) -> tuple[str, datetime]:
    number = int(now.timestamp()) // WINDOW
    ends = datetime.fromtimestamp((number + 1) * WINDOW, tz=UTC)
    return f"{kind}:{tokens.digest(subject)}:{number}", ends
