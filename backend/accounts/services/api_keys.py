"""API keys: made, used, revoked."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from backend.accounts import selectors, tokens
from backend.accounts.actor import Actor
from backend.accounts.models import ApiKey, Organization, User
from backend.accounts.permissions import may_grant
from backend.common import errors
from backend.common.problems import Problem

TOUCH_EVERY = timedelta(minutes=1)  # a busy key must not write a row with every request


def api_key_create(actor: Actor, *, name: str, role: str, expires_at: datetime | None = None) -> tuple[ApiKey, str]:
    """A new key for the actor's organisation and its text, which cannot be read again later."""
    if not may_grant(actor.role, role):
        raise errors.Forbidden("A key cannot be allowed more than you are. Choose a smaller scope.")
    if expires_at is not None and expires_at <= timezone.now():
        raise errors.Invalid(
            problems=[Problem("The expiry is in the past.", path="expires_at", hint="Choose a later time.")]
        )
    return api_key_issue(actor.organization, name=name, role=role, expires_at=expires_at, created_by=actor.user)


def api_key_issue(
    organization: Organization,
    *,
    name: str,
    role: str,
    expires_at: datetime | None = None,
    created_by: User | None = None,
) -> tuple[ApiKey, str]:
    """A new key on the word of whoever runs the server."""
    text = tokens.KEY_PREFIX + tokens.new_token()
    key = ApiKey(
        organization=organization,
        name=name,
        role=role,
        expires_at=expires_at,
        created_by=created_by,
        prefix=text[:10],
        digest=tokens.digest(text),
    )
    key.full_clean()
    key.save()
    return key, text


def api_key_use(text: str) -> ApiKey | None:
    """The valid key of this text; notes that it was used, to the minute."""
    if not text.startswith(tokens.KEY_PREFIX):
        return None
    now = timezone.now()
    living = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))
    key = ApiKey.objects.filter(living, digest=tokens.digest(text)).select_related("organization").first()
    if key is not None and (key.last_used_at is None or key.last_used_at < now - TOUCH_EVERY):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def api_key_revoke(actor: Actor, *, key_id: UUID) -> None:
    """Ends a key of the actor's organisation at once and for good."""
    if not selectors.api_keys(actor.organization).filter(pk=key_id).update(revoked_at=timezone.now()):
        raise errors.NotFound
