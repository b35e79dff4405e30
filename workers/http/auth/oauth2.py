"""OAuth 2.0: tokens got by the client's own credentials or by a refresh token, kept until they are old.

Where they are kept is the caller's choice: in memory for a step's own settings, encrypted at the connector else.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol
from urllib.parse import quote_plus, urlencode

from backend.catalog.steps import StepFailed
from backend.common.egress import Response
from backend.common.json import JSON
from workers.http.auth.base import Authenticator, Send
from workers.http.request import Request

_EARLY_SECONDS = 30.0  # a token is renewed before it is refused
_DEFAULT_SECONDS = 300.0  # of tokens whose end the server does not tell


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a token server has given; `expires_at` in seconds since 1970."""

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: float = 0.0


class TokenStore(Protocol):
    """Keeps tokens between requests."""

    def load(self) -> Tokens | None:
        """The tokens kept last."""

    def save(self, tokens: Tokens) -> None:
        """Keeps these from now on."""


@dataclass(slots=True)
class MemoryStore:
    """Tokens of this process."""

    tokens: Tokens | None = None

    def load(self) -> Tokens | None:
        """The tokens kept last."""
        return self.tokens

    def save(self, tokens: Tokens) -> None:
        """Keeps these from now on."""
        self.tokens = tokens


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks the token server, and for what."""

    token_url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    scope: str = ""
    audience: str = ""
    in_body: bool = False  # the credentials: in the form instead of the Authorization header


@dataclass(frozen=True, slots=True)
class OAuth2(Authenticator):
    """A bearer token that renews itself. With `interactive`, somebody has to sign in first: there is a refresh token
    or nothing."""

    client: Client
    store: TokenStore
    interactive: bool = False
    lock: Lock = field(default_factory=Lock, repr=False)
    clock: Callable[[], float] = field(default=time.time, repr=False)

    def sign(self, request: Request, send: Send) -> Request:
        """The request with a token that is still good."""
        return _with(request, self._current(send, refused=None))

    def answer(self, request: Request, response: Response, send: Send) -> Request | None:
        """Once more with a new token, when the server refuses the old one before its time."""
        if response.status != 401:
            return None
        refused = (request.header("authorization") or "").removeprefix("Bearer ")
        return _with(request, self._current(send, refused=refused))

    def secrets(self) -> Sequence[str]:
        """The client's secret and the tokens."""
        kept = self.store.load()
        tokens = (kept.access_token, kept.refresh_token) if kept else ()
        return (self.client.client_secret, *tokens)

    def _current(self, send: Send, *, refused: str | None) -> Tokens:
        with self.lock:
            kept = self.store.load()
            if kept and self._is_good(kept, refused):
                return kept
            try:
                fresh = self._renewed(kept, send)
            except StepFailed:
                # Another worker may have used up the refresh token a moment ago: then its new tokens are kept by now.
                other = self.store.load()
                if other is None or other == kept or not self._is_good(other, refused):
                    raise
                return other
            self.store.save(fresh)
            return fresh

    def _is_good(self, tokens: Tokens, refused: str | None) -> bool:
        return tokens.access_token not in {"", refused} and tokens.expires_at - _EARLY_SECONDS > self.clock()

    def _renewed(self, kept: Tokens | None, send: Send) -> Tokens:
        if not self.interactive:
            form = {"grant_type": "client_credentials", "scope": self.client.scope, "audience": self.client.audience}
            return fetch(self.client, form, send, now=self.clock())
        if not kept or not kept.refresh_token:
            raise StepFailed(
                "Nobody has signed in for this connector yet, or its sign-in has ended.",
                error_type="authentication",
                hint="Open the connector and choose “Sign in”.",
            )
        form = {"grant_type": "refresh_token", "refresh_token": kept.refresh_token}
        fresh = fetch(self.client, form, send, now=self.clock())
        # Servers that do not rotate refresh tokens leave them out of the answer.
        return fresh if fresh.refresh_token else Tokens(fresh.access_token, kept.refresh_token, fresh.expires_at)


def fetch(client: Client, form: Mapping[str, str], send: Send, *, now: float) -> Tokens:
    """Tokens for one grant. Raises StepFailed with what the token server says, never with a secret."""
    response = send(_token_request(client, form))
    try:
        answer: JSON = json.loads(response.content)
    except ValueError:
        answer = None
    if response.status != 200 or not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
        raise _refused(client, response, answer)
    seconds = _seconds(answer.get("expires_in"))
    refresh = answer.get("refresh_token")
    return Tokens(answer["access_token"], refresh if isinstance(refresh, str) else "", now + seconds)


def _token_request(client: Client, form: Mapping[str, str]) -> Request:
    fields = {name: value for name, value in form.items() if value}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if client.in_body or not client.client_secret:
        fields["client_id"] = client.client_id
        fields |= {"client_secret": client.client_secret} if client.client_secret else {}
    else:  # RFC 6749, 2.3.1: both parts are form-encoded before they are joined
        pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return Request("POST", client.token_url, headers, urlencode(fields).encode())


def _refused(client: Client, response: Response, answer: JSON) -> StepFailed:
    said = ""
    if isinstance(answer, dict):
        said = " ".join(str(answer[key]) for key in ("error", "error_description") if isinstance(answer.get(key), str))
    said = said.replace(client.client_secret, "***") if client.client_secret else said
    retryable = response.status >= 500 or response.status == 429
    return StepFailed(
        f"The token server answered {response.status}{': ' + said[:300] if said else ''}.",
        error_type=f"http_{response.status}" if retryable else "authentication",
        retryable=retryable,
        retry_after=response.retry_after() if retryable else None,
        hint="" if retryable else "Check the token address, client ID, client secret and scope.",
    )


def _seconds(value: JSON) -> float:
    try:
        return max(float(value), 0.0)
    except (TypeError, ValueError):
        return _DEFAULT_SECONDS


def _with(request: Request, tokens: Tokens) -> Request:
    return request.with_header("Authorization", f"Bearer {tokens.access_token}")
