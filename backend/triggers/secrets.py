"""The secrets of webhooks: making them, and telling whether one that a person chose will do. Pure."""

from __future__ import annotations

import base64
import secrets

from backend.common.errors import Invalid
from backend.common.problems import Problem
from backend.triggers.verify import STANDARD_PREFIX, Auth, signing_key

MINIMUM = 16  # characters


def new_token() -> str:
    """The unguessable part of an address: 192 random bits."""
    return secrets.token_urlsafe(24)


def new_secret(auth: str) -> str:
    """A random secret in the form that the authentication wants; empty when it wants none."""
    if auth == Auth.NONE:
        return ""
    if auth == Auth.STANDARD:
        return STANDARD_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    if auth == Auth.BASIC:
        return f"webhook:{secrets.token_urlsafe(32)}"
    return secrets.token_urlsafe(32)


def chosen_secret(text: str, *, auth: str) -> str:
    """A secret that a person brought along, such as the one that Stripe shows; raises Invalid when it will not do."""
    fault = _fault(text, auth=auth)
    if fault:
        raise Invalid("The secret cannot be used.", problems=[Problem(fault, path="secret", code="secret")])
    return text


def _fault(text: str, *, auth: str) -> str:
    if auth == Auth.NONE:
        return "Without authentication there is no secret. Choose an authentication, or leave the secret out."
    if auth == Auth.STANDARD:
        return _standard_fault(text)
    if auth == Auth.BASIC and ":" not in text[1:]:
        return "Basic authentication takes user:password."
    if len(text) < MINIMUM:
        return f"A secret has at least {MINIMUM} characters; leave it out to get a random one."
    return ""


def _standard_fault(text: str) -> str:
    try:
        signing_key(text)
    except ValueError as exc:
        return f"A Standard Webhooks secret reads whsec_ and then base64; this one {exc}."
    return ""
