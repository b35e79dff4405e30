"""Signing in for a connector in a browser: OAuth 2.0 with a code, PKCE, and a state that nobody can make up."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from uuid import UUID

from django.conf import settings

from backend.accounts import selectors as accounts
from backend.accounts.models import User
from backend.accounts.permissions import Permission
from backend.catalog.connectors import Outside, SignsIn
from backend.catalog.steps import StepFailed
from backend.common import crypto
from backend.common.egress import EgressPolicy
from backend.common.errors import Forbidden, Invalid
from backend.common.json import JSON
from backend.common.masking import Masker, masking
from backend.connectors import errands, opening
from backend.connectors.errors import Unusable
from backend.connectors.models import Connector

_CONTEXT = "connector sign-in state"
SIGN_IN = "sign_in"  # kind of an errand
_SECONDS = 600  # that a person may take


def start(row: Connector, person: User) -> str:
    """Where the person's browser goes. Raises Unusable for connectors that need no sign-in."""
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    url = _instance(row)[0].sign_in_url(
        redirect_uri=redirect_uri(), state=_state(row, person, verifier), challenge=challenge
    )
    if not url:
        raise Unusable(f"The connector “{row.slug}” signs in by itself.")
    return url


def finish(person: User, *, state: str, code: str, error: str) -> Connector:
    """Keeps the tokens that the code is good for. Raises Invalid and Unusable with what went wrong, and NotFound or
    Forbidden for somebody who has lost the right to it meanwhile."""
    if error or not code:
        raise Invalid(f"The sign-in was not completed{f': {error[:200]}' if error else ''}. Start it again.")
    row, verifier = _known(state, person)
    errands.ask(row.organization_id, SIGN_IN, connector=row, code=code, verifier=verifier)
    return row


def do_sign_in(_organization_id: UUID, row: Connector | None, known: Mapping[str, JSON]) -> JSON:
    """The errand of fetching the tokens, in a worker: only workers have the way out."""
    if row is None:
        raise Unusable("The connector does not exist any more.")
    connector, masker = _instance(row)
    try:
        with masking(masker):
            connector.sign_in(code=known["code"], redirect_uri=redirect_uri(), verifier=known["verifier"])
    except StepFailed as failure:
        raise Unusable(masker.text(f"{failure.message} {failure.hint}".strip())) from failure
    return None


def redirect_uri() -> str:
    """What has to be registered with the provider."""
    return f"{settings.STEPGRAPH_BASE_URL}/api/oauth/callback/"


def _instance(row: Connector) -> tuple[SignsIn, Masker]:
    opened = opening.row_open(row)
    outside = Outside(EgressPolicy.from_words(settings.STEPGRAPH_EGRESS_ALLOW))
    found: object = opened.instance(outside)
    if not isinstance(found, SignsIn):
        raise Unusable(f"The connector “{row.slug}” needs no sign-in.")
    return found, Masker(opened.secrets)


def _state(row: Connector, person: User, verifier: str) -> str:
    """Encrypted, since the verifier must stay with us; bound to the person who has started."""
    values = {"connector": str(row.pk), "user": str(person.pk), "verifier": verifier, "at": time.time()}
    return crypto.encrypt(json.dumps(values), keys=settings.ENCRYPTION_KEYS, context=_CONTEXT)


def _known(state: str, person: User) -> tuple[Connector, str]:
    try:
        values = json.loads(crypto.decrypt(state, keys=settings.ENCRYPTION_KEYS, context=_CONTEXT))
    except crypto.Undecryptable as error:
        raise Invalid("This sign-in was not started here. Start it from the connector.") from error
    if values["user"] != str(person.pk) or time.time() - values["at"] > _SECONDS:
        raise Invalid("This sign-in was started by somebody else, or too long ago. Start it again.")
    row = Connector.objects.filter(pk=UUID(values["connector"])).first()
    if row is None:
        raise Invalid("The connector does not exist any more.")
    actor = accounts.actor_of(user=person, api_key=None, organization=str(row.organization_id))
    if actor is None or not actor.may(Permission.CONNECTOR_MANAGE):  # the callback's address names no organisation
        raise Forbidden("You may not sign in for this connector any more.")
    return row, values["verifier"]
