"""The settings of authentication as people write them, and the scheme that they mean.

The same words in the `api` step, where values are templates, and in `http` connectors, where they are stored secrets.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from typing import Literal, Protocol

from pydantic import SecretStr

from backend.common.problems import Problem
from workers.http.auth.base import Authenticator
from workers.http.auth.digest import Digest
from workers.http.auth.oauth2 import Client, MemoryStore, OAuth2, TokenStore
from workers.http.auth.sigv4 import SigV4
from workers.http.auth.simple import ApiKey, Basic, Bearer

AuthKind = Literal[
    "bearer",
    "basic",
    "header",
    "api_key",
    "digest",
    "oauth2_client_credentials",
    "oauth2_authorization_code",
    "aws_sigv4",
]

_OAUTH2 = ("token_url", "client_id", "client_secret", "scope", "audience", "client_auth")
NEEDED: dict[str, tuple[str, ...]] = {
    "bearer": ("token",),
    "basic": ("username", "password"),
    "header": ("name", "value"),
    "api_key": ("name", "value"),
    "digest": ("username", "password"),
    "oauth2_client_credentials": ("token_url", "client_id", "client_secret"),
    "oauth2_authorization_code": ("token_url", "client_id", "authorize_url"),
    "aws_sigv4": ("access_key_id", "secret_access_key", "region", "service"),
}
OPTIONAL: dict[str, tuple[str, ...]] = {
    "api_key": ("place",),
    "oauth2_client_credentials": _OAUTH2,
    "oauth2_authorization_code": (*_OAUTH2, "authorize_url"),
    "aws_sigv4": ("session_token",),
}
FIELDS = tuple(dict.fromkeys(name for names in (*NEEDED.values(), *OPTIONAL.values()) for name in names))


class AuthSettings(Protocol):
    """Either of the two forms."""

    type: AuthKind


def check(auth: AuthSettings, *, path: str = "auth") -> Iterator[Problem]:
    """Fields that the kind of authentication needs, and fields that it does not know."""
    needed, known = NEEDED[auth.type], {*NEEDED[auth.type], *OPTIONAL.get(auth.type, ())}
    for name in FIELDS:
        given = getattr(auth, name, None) is not None
        where = f"{path}.{name}"
        if name in needed and not given:
            yield Problem(f"Authentication by {auth.type} needs `{name}`.", path=where, hint=f"Add `{name}`.")
        if given and name not in known:
            yield Problem(f"Authentication by {auth.type} does not use `{name}`.", path=where, hint=f"Remove `{name}`.")


def authenticator(auth: AuthSettings, *, store: TokenStore | None = None) -> Authenticator:
    """The scheme with its credentials; `store` keeps OAuth tokens, else this process does."""

    def value(name: str) -> str:
        found = getattr(auth, name, None)
        if isinstance(found, SecretStr):
            return found.get_secret_value()
        return "" if found is None else str(found)

    match auth.type:
        case "bearer":
            return Bearer(value("token"))
        case "basic":
            return Basic(value("username"), value("password"))
        case "digest":
            return Digest(value("username"), value("password"))
        case "header":
            return ApiKey(value("name"), value("value"))
        case "api_key":
            return ApiKey(value("name"), value("value"), "query" if value("place") == "query" else "header")
        case "aws_sigv4":
            key, secret = value("access_key_id"), value("secret_access_key")
            return SigV4(key, secret, value("region"), value("service"), value("session_token"))
    client = Client(
        token_url=value("token_url"),
        client_id=value("client_id"),
        client_secret=value("client_secret"),
        scope=value("scope"),
        audience=value("audience"),
        in_body=value("client_auth") == "body",
    )
    interactive = auth.type == "oauth2_authorization_code"
    if store is not None:
        return OAuth2(client, store, interactive=interactive, lock=_memory(client)[1])
    kept, lock = _memory(client)
    return OAuth2(client, kept, interactive=interactive, lock=lock)


# --- tokens of this process ----------------------------------------------------------------------------------------

_MOST_CLIENTS = 256
_clients: OrderedDict[str, tuple[MemoryStore, Lock]] = OrderedDict()
_clients_lock = Lock()


def _memory(client: Client) -> tuple[MemoryStore, Lock]:
    """Where this client's tokens are kept, and the lock that lets one thread at a time renew them."""
    words = (client.token_url, client.client_id, client.client_secret, client.scope, client.audience)
    key = hashlib.sha256("\0".join(words).encode()).hexdigest()
    with _clients_lock:
        if key not in _clients:
            _clients[key] = (MemoryStore(), Lock())
            if len(_clients) > _MOST_CLIENTS:
                _clients.popitem(last=False)
        _clients.move_to_end(key)
        return _clients[key]
