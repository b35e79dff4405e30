"""The `api` step: one HTTP request."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode, urlsplit

from pydantic import BeforeValidator, Field

from backend.catalog.fields import HeaderTemplate, UrlTemplate, ValueTemplate, as_text
from backend.catalog.steps import Config, Result, StepContext, StepFailed, StepType
from backend.common.egress import (
    EgressCancelled,
    EgressDenied,
    EgressError,
    EgressNetworkError,
    EgressTimeout,
    Response,
    ResponseTooLarge,
)
from backend.common.json import JSON
from backend.common.problems import Problem

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_RETRYABLE = frozenset({408, 425, 429})
_MAX_BYTES = 10_000_000
_EXCERPT = 500
_SECRET_HEADER = re.compile(r"auth|cookie|key|token|secret|password|signature", re.IGNORECASE)


def _as_list(value: JSON) -> JSON:
    return [value] if isinstance(value, int) else value


class Auth(Config):
    """How the request says who it is."""

    type: Literal["bearer", "basic", "header"] = Field(
        title="Kind", description="bearer: a token. basic: user and password. header: an API key.", examples=["bearer"]
    )
    token: HeaderTemplate | None = Field(
        default=None, title="Token", description="Of bearer: the token.", examples=["{{ secrets.CRM_TOKEN }}"]
    )
    username: HeaderTemplate | None = Field(
        default=None, title="User name", description="Of basic: the user.", examples=["reports"]
    )
    password: HeaderTemplate | None = Field(
        default=None, title="Password", description="Of basic: the password.", examples=["{{ secrets.CRM_PASSWORD }}"]
    )
    name: str | None = Field(
        default=None, min_length=1, title="Header name", description="Of header: its name.", examples=["X-API-Key"]
    )
    value: HeaderTemplate | None = Field(
        default=None, title="Header value", description="Of header: the key.", examples=["{{ secrets.CRM_KEY }}"]
    )


class ApiConfig(Config):
    """The form of a request."""

    method: Method = Field(default="GET", title="Method", description="What the request asks for.", examples=["POST"])
    url: UrlTemplate = Field(
        min_length=1,
        max_length=8_000,
        title="Address",
        description="Begins with https:// or http://; values in templates are percent-encoded.",
        examples=["https://api.example.com/customers/{{ customer_id }}"],
    )
    query: dict[str, ValueTemplate] = Field(
        default_factory=dict,
        max_length=100,
        title="Query",
        description="Parameters added to the address. A list repeats its parameter, null leaves it out.",
        examples=[{"page": "{{ page }}", "per_page": 50}],
    )
    headers: dict[str, HeaderTemplate] = Field(
        default_factory=dict,
        max_length=100,
        title="Headers",
        description="Sent with the request.",
        examples=[{"Accept": "application/json"}],
    )
    body: ValueTemplate = Field(
        default=None,
        title="Body",
        description="Text is sent as it is, anything else as JSON (or as a form, if the Content-Type header says so).",
        examples=[{"email": "{{ user.email }}"}],
    )
    auth: Auth | None = Field(
        default=None,
        title="Authentication",
        description="Adds the header that identifies the caller.",
        examples=[{"type": "bearer", "token": "{{ secrets.CRM_TOKEN }}"}],
    )
    expect_status: Annotated[list[Annotated[int, Field(ge=100, le=599)]], BeforeValidator(_as_list)] = Field(
        default_factory=list,
        max_length=100,
        title="Expected statuses",
        description="Any other status fails the step. Empty: all from 200 to 299.",
        examples=[[200, 404]],
    )


class Api(StepType[ApiConfig], type="api"):
    """Sends a request to a web service and gives its answer: parsed JSON, or text."""

    label = "API request"
    icon = "world-www"
    category = "Integrations"
    color = "blue"
    Config = ApiConfig
    default_timeout = 30.0

    @classmethod
    def check(cls, config: ApiConfig) -> list[Problem]:
        """What the kind of authentication needs, and a method that can carry the body."""
        problems = list(_check_auth(config.auth)) if config.auth else []
        if config.body is not None and config.method in {"GET", "HEAD"}:
            problems.append(
                Problem(f"A {config.method} request has no body.", path="body", hint="Use POST, or the query instead.")
            )
        return problems

    def run(self, config: ApiConfig, context: StepContext) -> Result:
        """Gives the answer's content; null if it has none."""
        request = _request(config, context)
        started = time.monotonic()
        response = _send(request, context, timeout=context.timeout or self.default_timeout)
        milliseconds = round((time.monotonic() - started) * 1000)
        context.log(f"{request.label} → {response.status}, {len(response.content):,} bytes in {milliseconds:,} ms")
        if not _expected(response.status, config.expect_status):
            raise _unexpected(request, response)
        return Result(_content(request, response))


# --- the request ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    headers: Mapping[str, str]
    params: Mapping[str, str | Sequence[str]]
    content: bytes | None

    @property
    def label(self) -> str:
        """Method, host and path: what can be shown. Queries and credentials stay out."""
        try:
            parts = urlsplit(self.url)
            return f"{self.method} {parts.hostname or ''}{parts.path}"
        except ValueError:
            return self.method


def _request(config: ApiConfig, context: StepContext) -> _Request:
    headers = dict(config.headers)
    if config.auth is not None:
        name, value = _credentials(config.auth)
        headers = {key: kept for key, kept in headers.items() if key.lower() != name.lower()} | {name: value}
    if config.method not in _SAFE_METHODS and _header(headers, "idempotency-key") is None:
        headers["Idempotency-Key"] = context.idempotency_key
    content = _body(config.body, headers)
    return _Request(config.method, config.url.strip(), headers, _query(config.query), content)


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in headers.items() if key.lower() == name), None)


def _credentials(auth: Auth) -> tuple[str, str]:
    if auth.type == "bearer":
        return "Authorization", f"Bearer {auth.token or ''}"
    if auth.type == "basic":
        pair = f"{auth.username or ''}:{auth.password or ''}".encode()
        return "Authorization", f"Basic {base64.b64encode(pair).decode()}"
    return auth.name or "", auth.value or ""


def _query(query: Mapping[str, JSON]) -> dict[str, str | Sequence[str]]:
    return {name: _parameter(value) for name, value in query.items() if value is not None}


def _parameter(value: JSON) -> str | Sequence[str]:
    return [as_text(item) for item in value] if isinstance(value, list) else as_text(value)


def _body(body: JSON, headers: dict[str, str]) -> bytes | None:
    """The bytes to send; adds the Content-Type that they need."""
    if body is None:
        return None
    content_type = _header(headers, "content-type")
    if isinstance(body, str):
        headers.update({} if content_type else {"Content-Type": "text/plain; charset=utf-8"})
        return body.encode()
    if content_type and "x-www-form-urlencoded" in content_type.lower() and isinstance(body, dict):
        return urlencode(_query(body), doseq=True).encode()
    headers.update({} if content_type else {"Content-Type": "application/json"})
    return json.dumps(body, ensure_ascii=False).encode()


# --- the answer ----------------------------------------------------------------------------------------------------


def _send(request: _Request, context: StepContext, *, timeout: float) -> Response:
    try:
        return context.http().request(
            request.method,
            request.url,
            headers=request.headers,
            params=request.params,
            content=request.content,
            timeout=timeout,
            max_bytes=_MAX_BYTES,
            cancelled=context.cancelled,
        )
    except EgressError as exc:
        error_type, retryable = _kind(exc)
        raise StepFailed(f"{request.label}: {exc.message}", error_type=error_type, retryable=retryable) from exc


def _kind(error: EgressError) -> tuple[str, bool]:
    """The error's type, and whether trying again may help."""
    match error:
        case EgressTimeout():
            return "timeout", True
        case EgressNetworkError():
            return "network", True
        case EgressDenied():
            return "egress_denied", False
        case ResponseTooLarge():
            return "too_large", False
        case EgressCancelled():
            return "cancelled", False
    return "validation", False


def _expected(status: int, statuses: Sequence[int]) -> bool:
    return status in statuses if statuses else 200 <= status <= 299


def _unexpected(request: _Request, response: Response) -> StepFailed:
    retryable = response.status in _RETRYABLE or response.status >= 500
    excerpt = _redacted(response.text(errors="replace"), request.headers)[:_EXCERPT].strip()
    return StepFailed(
        f"{request.label} answered {response.status}" + (f": {excerpt}" if excerpt else "."),
        error_type=f"http_{response.status}",
        retryable=retryable,
        retry_after=response.retry_after() if retryable else None,
        hint="" if retryable else "If this status is fine, add it to `expect_status`.",
    )


def _redacted(text: str, headers: Mapping[str, str]) -> str:
    """Services may echo what they were sent, credentials included."""
    for secret in _secrets(headers):
        text = text.replace(secret, "***")
    return text


def _secrets(headers: Mapping[str, str]) -> Iterator[str]:
    for name, value in headers.items():
        if value and _SECRET_HEADER.search(name) and name.lower() != "idempotency-key":
            yield value
            scheme, _, rest = value.partition(" ")
            if scheme.lower() in {"bearer", "basic"} and rest:
                yield rest


def _content(request: _Request, response: Response) -> JSON:
    if not response.content:
        return None
    if not response.is_json:
        try:
            return response.text()
        except UnicodeDecodeError:
            kind = response.headers.get("content-type", "no Content-Type")
            raise StepFailed(
                f"{request.label} answered with data that is neither JSON nor text ({kind[:80]}).",
                error_type="validation",
            ) from None
    try:
        return json.loads(response.content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as exc:
        raise StepFailed(
            f"{request.label} answered {response.status} with broken JSON: {exc}.", error_type="validation"
        ) from exc


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


# --- validation ----------------------------------------------------------------------------------------------------

_NEEDED = {"bearer": ("token",), "basic": ("username", "password"), "header": ("name", "value")}
_AUTH_FIELDS = ("token", "username", "password", "name", "value")


def _check_auth(auth: Auth) -> Iterator[Problem]:
    needed = _NEEDED[auth.type]
    for name in _AUTH_FIELDS:
        given = getattr(auth, name) is not None
        if name in needed and not given:
            yield Problem(f"Authentication by {auth.type} needs `{name}`.", path=f"auth.{name}", hint=f"Add `{name}`.")
        if given and name not in needed:
            yield Problem(
                f"Authentication by {auth.type} does not use `{name}`.", path=f"auth.{name}", hint=f"Remove `{name}`."
            )
