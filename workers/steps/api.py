"""The `api` step: an HTTP request, or as many as the pages of its answer need."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from backend.catalog.fields import HeaderTemplate, HttpConnector, UrlTemplate, ValueTemplate
from backend.catalog.steps import Config, Result, StepContext, StepFailed, StepType
from backend.common.egress import Response
from backend.common.json import JSON
from backend.common.problems import Problem
from workers.connectors.http.http import Http
from workers.http import answers, errors, pages
from workers.http.auth.base import NoAuthentication
from workers.http.auth.settings import authenticator
from workers.http.auth.settings import check as check_auth
from workers.http.bodies import BodyKind, with_body
from workers.http.forms import Auth, Paginate
from workers.http.request import Request, parameters
from workers.http.sending import MAX_BYTES, Sender

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def _as_list(value: JSON) -> JSON:
    return [value] if isinstance(value, int) else value


def _as_paging(value: JSON) -> JSON:
    return {"type": value} if isinstance(value, str) else value


class ApiConfig(Config):
    """The form of a request."""

    method: Method = Field(default="GET", title="Method", description="What the request asks for.", examples=["POST"])
    url: UrlTemplate = Field(
        default="",
        max_length=8_000,
        title="Address",
        description="Begins with https:// or http://, or continues the connector's address. Values in templates are "
        "percent-encoded.",
        examples=["https://api.example.com/customers/{{ customer_id }}"],
    )
    connector: HttpConnector | None = Field(
        default=None,
        title="Connector",
        description="Gives the base address, headers, authentication and certificates.",
        examples=["crm"],
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
        description="Text, any JSON value, or a file.",
        examples=[{"email": "{{ user.email }}"}],
    )
    body_type: BodyKind = Field(
        default="auto",
        title="Kind of body",
        description="auto: text as it is, a file as a file, anything else as JSON, or as the Content-Type header says. "
        "In multipart bodies, fields may be files.",
        examples=["multipart"],
    )
    auth: Auth | None = Field(
        default=None,
        title="Authentication",
        description="Says who is calling.",
        examples=[{"type": "bearer", "token": "{{ secrets.CRM_TOKEN }}"}],
    )
    paginate: Annotated[Paginate | None, BeforeValidator(_as_paging)] = Field(
        default=None,
        title="Pages",
        description="Follows the pages of the answer and joins their items.",
        examples=[{"type": "link"}],
    )
    expect_status: Annotated[list[Annotated[int, Field(ge=100, le=599)]], BeforeValidator(_as_list)] = Field(
        default_factory=list,
        max_length=100,
        title="Expected statuses",
        description="Any other status fails the step. Empty: all from 200 to 299.",
        examples=[[200, 404]],
    )
    response: Literal["auto", "json", "text", "full"] = Field(
        default="auto",
        title="Answer",
        description="auto: JSON if the server says so, else text. full: an object of status, headers and body.",
        examples=["full"],
    )
    save_as_file: Annotated[bool | str, Field(json_schema_extra={"x-kind": "template", "x-context": "text"})] = Field(
        default=False,
        title="Save as file",
        description="Stores the answer and gives a reference to the file. A text is the file's name.",
        examples=["report-{{ month }}.pdf", True],
    )


class Api(StepType[ApiConfig], type="api"):
    """Sends a request to a web service and gives its answer: parsed JSON, text, or a file."""

    label = "API request"
    icon = "world-www"
    category = "Integrations"
    color = "blue"
    Config = ApiConfig
    default_timeout = 30.0

    @classmethod
    def check(cls, config: ApiConfig) -> list[Problem]:
        """What the kind of authentication needs, and fields that exclude each other."""
        problems = list(check_auth(config.auth)) if config.auth else []
        if config.auth and config.auth.type == "oauth2_authorization_code":
            message = "Somebody has to sign in for this kind of authentication, which only a connector can keep."
            problems = [Problem(message, path="auth.type", hint="Make an `http` connector and name it here.")]
        if not config.url and not config.connector:
            problems.append(Problem("There is no address.", path="url", hint="Give an address or a connector."))
        if config.body is not None and config.method in {"GET", "HEAD"}:
            problems.append(
                Problem(f"A {config.method} request has no body.", path="body", hint="Use POST, or the query instead.")
            )
        if config.paginate and config.save_as_file:
            problems.append(Problem("Pages cannot be saved as one file.", path="save_as_file", hint="Remove one."))
        if config.paginate and config.paginate.type == "cursor" and not config.paginate.next:
            hint = "Add `next`, such as `meta.next_cursor`."
            problems.append(Problem("It is not said where the next cursor is.", path="paginate.next", hint=hint))
        return problems

    def run(self, config: ApiConfig, context: StepContext) -> Result:
        """Gives the answer's content; null if it has none."""
        base = _connector(config, context)
        sender = _sender(config, base, context, timeout=context.timeout or self.default_timeout)
        request = _request(config, base, context)
        if config.paginate:
            return Result(_all_pages(config, config.paginate.paging(), request, sender, context))
        sent, response = _exchange(config, request, sender, context)
        body = _saved(config, response, context) if config.save_as_file else _body(config, sent, response)
        if config.response != "full":
            return Result(body)
        return Result({"status": response.status, "headers": dict(response.headers), "body": body})


# --- the request ---------------------------------------------------------------------------------------------------


def _connector(config: ApiConfig, context: StepContext) -> Http | None:
    if not config.connector:
        return None
    found = context.connector(config.connector, family="http")
    if not isinstance(found, Http):
        raise StepFailed(f"The connector {config.connector} is not one for HTTP.", error_type="validation")
    return found


def _sender(config: ApiConfig, base: Http | None, context: StepContext, *, timeout: float) -> Sender:
    scheme = authenticator(config.auth) if config.auth else base.authenticator() if base else NoAuthentication()
    return Sender(
        http=context.http().with_tls(base.tls() if base else None),
        deadline=time.monotonic() + timeout,
        cancelled=context.cancelled,
        authentication=scheme,
        max_bytes=context.files.max_bytes if config.save_as_file else MAX_BYTES,
    )


def _request(config: ApiConfig, base: Http | None, context: StepContext) -> Request:
    url = base.address(config.url.strip()) if base else config.url.strip()
    request = Request(config.method, url, dict(config.headers)).with_params(parameters(config.query))
    for name, value in (base.headers() if base else {}).items():
        request = request.with_default_header(name, value)
    if config.method not in _SAFE_METHODS:
        request = request.with_default_header("Idempotency-Key", context.idempotency_key)
    return with_body(request, config.body, kind=config.body_type, open_file=context.files.open)


def _exchange(config: ApiConfig, request: Request, sender: Sender, context: StepContext) -> tuple[Request, Response]:
    started = time.monotonic()
    sent, response = sender.send(request)
    milliseconds = round((time.monotonic() - started) * 1000)
    context.log(f"{request.label} → {response.status}, {len(response.content):,} bytes in {milliseconds:,} ms")
    if not _expected(response.status, config.expect_status):
        secrets = sender.authentication.secrets()
        raise errors.of_status(
            sent, response, secrets=secrets, hint="If this status is fine, add it to `expect_status`."
        )
    return sent, response


def _expected(status: int, statuses: Sequence[int]) -> bool:
    return status in statuses if statuses else 200 <= status <= 299


# --- the answer ----------------------------------------------------------------------------------------------------


def _body(config: ApiConfig, request: Request, response: Response) -> JSON:
    return answers.content(request, response, kind="auto" if config.response == "full" else config.response)


def _saved(config: ApiConfig, response: Response, context: StepContext) -> JSON:
    name = config.save_as_file if isinstance(config.save_as_file, str) else answers.file_name(response)
    return context.files.save(name, response.content_type or "application/octet-stream", response.content)


def _all_pages(
    config: ApiConfig, paging: pages.Paging, request: Request, sender: Sender, context: StepContext
) -> list[JSON]:
    found: list[JSON] = []
    following: Request | None = pages.first(request, paging)
    for _ in range(paging.max_pages):
        if following is None:
            return found
        request = following
        sent, response = _exchange(config, request, sender, context)
        body = _body(config, sent, response)
        found += pages.items(body, paging, label=request.label)
        following = pages.following(request, response, body, paging, seen=len(found))
        if len(found) >= paging.max_items and (len(found) > paging.max_items or following):
            context.log(f"Stopped at {paging.max_items:,} items: `max_items` is reached.", level="warning")
            return found[: paging.max_items]
    if following is not None:
        context.log(f"Stopped after {paging.max_pages:,} pages: `max_pages` is reached.", level="warning")
    return found
