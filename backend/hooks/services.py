"""Setting up hooks."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping

import structlog
from django.conf import settings

from backend.accounts.models import Organization
from backend.common import crypto
from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.hooks import checking
from backend.hooks.known import memory
from backend.hooks.models import Action, Hook

log = structlog.get_logger(__name__)


def secret_context(hook: Hook) -> str:
    """The place that the encrypted secret belongs to."""
    return f"{hook.organization_id}|hook|{hook.pk}"


def hook_secret(hook: Hook) -> str:
    """The secret that signs what the hook sends."""
    return crypto.decrypt(hook.secret, keys=settings.ENCRYPTION_KEYS, context=secret_context(hook))


def hook_create(organization: Organization, *, values: Mapping[str, JSON], by: str) -> tuple[Hook, str]:
    """A new hook; of one that sends, also its secret, which is shown this once. Raises Invalid."""
    hook, secret = Hook(organization=organization, **values), ""
    _check(hook)
    if hook.action == Action.HTTP:
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        hook.secret = crypto.encrypt(secret, keys=settings.ENCRYPTION_KEYS, context=secret_context(hook))
    hook.save(force_insert=True)
    _changed("hook_created", hook, by=by)
    return hook, secret


def hook_update(hook: Hook, *, values: Mapping[str, JSON], by: str) -> Hook:
    """Changes what is given. Raises Invalid."""
    if values.get("action", hook.action) != hook.action:
        raise Invalid("A hook keeps its action. Make another one, and delete this.")
    for name, value in values.items():
        setattr(hook, name, value)
    _check(hook)
    hook.save(update_fields=list(values))
    _changed("hook_changed", hook, by=by)
    return hook


def hook_delete(hook: Hook, *, by: str) -> None:
    """Removes it."""
    _changed("hook_deleted", hook, by=by)
    hook.delete()
    memory.forget()


def _check(hook: Hook) -> None:
    problems = checking.problems(hook.moment, hook.action, hook.config, blocking=hook.blocking)
    if problems:
        raise Invalid("The hook cannot work as it is.", problems=problems)


def _changed(what: str, hook: Hook, *, by: str) -> None:
    memory.forget()
    log.info(what, hook=str(hook.pk), name=hook.name, organization=str(hook.organization_id), by=by)
