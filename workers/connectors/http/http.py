"""Any web service: its address, headers, authentication and certificates, for `api` steps to build on."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from backend.catalog.connectors import ConnectorConfig, ConnectorType, Kept, TestResult, origin
from backend.catalog.fields import Secret
from backend.catalog.steps import StepFailed
from backend.common.egress import Tls
from backend.common.json import JSON
from workers.http.auth.base import Authenticator, NoAuthentication
from workers.http.auth.oauth2 import OAuth2, Tokens, fetch
from workers.http.auth.settings import AuthKind, authenticator, check
from workers.http.request import Request
from workers.http.sending import Sender

_TEST_SECONDS = 10.0


class HttpAuth(BaseModel):
    """How requests say who is calling; the words are those of the `api` step."""

    model_config = ConfigDict(extra="forbid")

    type: AuthKind = Field(title="Kind", description="The scheme.", examples=["bearer"])
    token: Secret | None = Field(default=None, title="Token", description="Of bearer: the token.")
    username: str | None = Field(default=None, title="User name", description="Of basic and digest: the user.")
    password: Secret | None = Field(default=None, title="Password", description="Of basic and digest: the password.")
    name: str | None = Field(default=None, title="Name", description="Of api_key: the header or parameter.")
    value: Secret | None = Field(default=None, title="Key", description="Of api_key: the key.")
    place: Literal["header", "query"] | None = Field(default=None, title="Place", description="Of api_key.")
    authorize_url: str | None = Field(
        default=None, title="Sign-in address", description="Of oauth2_authorization_code: where people sign in."
    )
    token_url: str | None = Field(default=None, title="Token address", description="Of oauth2: where tokens come from.")
    client_id: str | None = Field(default=None, title="Client ID", description="Of oauth2: the client.")
    client_secret: Secret | None = Field(default=None, title="Client secret", description="Of oauth2: its secret.")
    scope: str | None = Field(default=None, title="Scope", description="Of oauth2: what is asked for.")
    audience: str | None = Field(default=None, title="Audience", description="Of oauth2, where the server wants it.")
    client_auth: Literal["header", "body"] | None = Field(
        default=None, title="Client credentials", description="Of oauth2: sent in a header, or in the body."
    )
    access_key_id: str | None = Field(default=None, title="Access key ID", description="Of aws_sigv4.")
    secret_access_key: Secret | None = Field(default=None, title="Secret access key", description="Of aws_sigv4.")
    session_token: Secret | None = Field(default=None, title="Session token", description="Of aws_sigv4.")
    region: str | None = Field(default=None, title="Region", description="Of aws_sigv4.", examples=["eu-central-1"])
    service: str | None = Field(default=None, title="Service", description="Of aws_sigv4.", examples=["execute-api"])

    @model_validator(mode="after")
    def _complete(self) -> HttpAuth:
        found = next(check(self), None)
        if found is not None:
            raise ValueError(found.message)
        return self


class HttpTls(BaseModel):
    """Certificates, as PEM text."""

    model_config = ConfigDict(extra="forbid")

    ca_certificate: str = Field(default="", title="Authorities", description="Trusted besides the public ones.")
    client_certificate: str = Field(default="", title="Client certificate", description="Says who is calling.")
    client_key: Secret | None = Field(default=None, title="Client key", description="Of the client certificate.")


class HttpConfig(ConnectorConfig):
    """The form of a web service."""

    base_url: str = Field(
        title="Base address",
        description="What the addresses of steps continue.",
        examples=["https://api.example.com/v2"],
    )
    headers: dict[str, str] = Field(
        default_factory=dict, title="Headers", description="Sent with every request.", examples=[{"Accept": "text/csv"}]
    )
    auth: HttpAuth | None = Field(default=None, title="Authentication", description="Says who is calling.")
    tls: HttpTls | None = Field(default=None, title="Certificates", description="For services with their own.")

    @field_validator("base_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        value = value.strip()
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("it must begin with https:// or http:// and name a host")
        if parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("it must be without a query, a fragment and credentials")
        return value


class Http(ConnectorType[HttpConfig], type="http", family="http"):
    """A web service with its address, headers and authentication, so that steps need to know none of them."""

    label = "Web service"
    icon = "world-www"
    Config = HttpConfig

    @classmethod
    def target(cls, config: Mapping[str, JSON]) -> str:
        """The service, and the server that the client's secret and the refresh token are sent to."""
        auth = config.get("auth")
        token_url = auth.get("token_url") if isinstance(auth, Mapping) else None
        return f"{super().target(config)} {origin(token_url)}" if token_url else super().target(config)

    def test(self) -> TestResult:
        """Asks for the base address; any answer but a refusal of the credentials is a good one."""
        try:
            _, response = self._sender().send(Request("GET", self.config.base_url, dict(self.config.headers)))
        except StepFailed as failure:
            return TestResult(False, failure.message, hint=failure.hint)
        if response.status in {401, 403}:
            return TestResult(False, f"The service answers, but refuses the credentials ({response.status}).")
        if response.status >= 500:
            return TestResult(False, f"The service answers {response.status}.")
        return TestResult(True, f"The service answers ({response.status}).")

    def address(self, path: str) -> str:
        """The address of a request; raises StepFailed when it would leave the base address."""
        base = self.config.base_url
        if any(unquote(part) == ".." for part in re.split(r"[/\\]", re.split(r"[?#]", path)[0])):
            raise StepFailed(
                f"The address would climb out of that of the connector {self.slug}.",
                error_type="validation",
                hint=f"It must continue {base} without “..”.",
            )
        if "://" in path.partition("?")[0]:
            if path == base or path.startswith((base.rstrip("/") + "/", base + "?")):
                return path
            raise StepFailed(
                f"The address does not belong to the connector {self.slug}.",
                error_type="validation",
                hint=f"It must continue {base}. Without the connector, no credentials are sent.",
            )
        if not path or path.startswith("?"):
            return base + path
        return f"{base.rstrip('/')}/{path.lstrip('/')}"

    def headers(self) -> Mapping[str, str]:
        """Sent with every request that has no header of the same name."""
        return self.config.headers

    def authenticator(self) -> Authenticator:
        """The scheme with its credentials."""
        if not self.config.auth:
            return NoAuthentication()
        return authenticator(self.config.auth, store=_Store(self.kept) if self.kept else None)

    def _sender(self) -> Sender:
        return Sender(
            self.outside.http().with_tls(self.tls()),
            time.monotonic() + (self.config.timeout or _TEST_SECONDS),
            lambda: False,
            self.authenticator(),
        )

    def sign_in_url(self, *, redirect_uri: str, state: str, challenge: str) -> str:
        """The provider's page; empty when this connector signs in by itself."""
        auth = self.config.auth
        if auth is None or auth.type != "oauth2_authorization_code":
            return ""
        asked = {
            "response_type": "code",
            "client_id": auth.client_id or "",
            "redirect_uri": redirect_uri,
            "scope": auth.scope or "",
            "audience": auth.audience or "",
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        given = {name: value for name, value in asked.items() if value}
        return Request("GET", auth.authorize_url or "").with_params(given).url

    def sign_in(self, *, code: str, redirect_uri: str, verifier: str) -> None:
        """Tokens for the code."""
        scheme = self.authenticator()
        if not isinstance(scheme, OAuth2):
            raise StepFailed("This connector needs no sign-in.", error_type="validation")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        scheme.store.save(fetch(scheme.client, form, self._sender().plain, now=time.time()))

    def tls(self) -> Tls | None:
        """The certificates, if there are any."""
        own = self.config.tls
        if own is None:
            return None
        return Tls(
            own.ca_certificate, own.client_certificate, own.client_key.get_secret_value() if own.client_key else ""
        )


class _Store:
    """OAuth tokens, kept encrypted at the connector: every worker sees the newest."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def load(self) -> Tokens | None:
        """The tokens kept last."""
        text = self._kept.load()
        return Tokens(**json.loads(text)) if text else None

    def save(self, tokens: Tokens) -> None:
        """Keeps these from now on."""
        values = {
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
            "expires_at": tokens.expires_at,
        }
        self._kept.save(json.dumps(values))
