"""The parts of a request's form: authentication with templates, and pages."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from backend.catalog.fields import HeaderTemplate, TextTemplate, UrlTemplate
from backend.catalog.steps import Config
from workers.http import pages
from workers.http.auth.settings import AuthKind


class Auth(Config):
    """How the request says who it is."""

    type: AuthKind = Field(
        title="Kind",
        description="bearer: a token. basic, digest: user and password. api_key: a key in a header or the query. "
        "oauth2_client_credentials, aws_sigv4: signed in by itself. oauth2_authorization_code: by a connector only.",
        examples=["bearer"],
    )
    token: HeaderTemplate | None = Field(
        default=None, title="Token", description="Of bearer: the token.", examples=["{{ secrets.CRM_TOKEN }}"]
    )
    username: HeaderTemplate | None = Field(
        default=None, title="User name", description="Of basic and digest: the user.", examples=["reports"]
    )
    password: HeaderTemplate | None = Field(
        default=None,
        title="Password",
        description="Of basic and digest: the password.",
        examples=["{{ secrets.CRM_PASSWORD }}"],
    )
    name: str | None = Field(
        default=None,
        min_length=1,
        title="Name",
        description="Of api_key and header: the name of the header or parameter.",
        examples=["X-API-Key"],
    )
    value: HeaderTemplate | None = Field(
        default=None, title="Key", description="Of api_key and header: the key.", examples=["{{ secrets.CRM_KEY }}"]
    )
    place: Literal["header", "query"] | None = Field(
        default=None, title="Place", description="Of api_key: where the key goes.", examples=["query"]
    )
    token_url: UrlTemplate | None = Field(
        default=None,
        title="Token address",
        description="Of oauth2: where tokens come from.",
        examples=["https://login.example.com/oauth/token"],
    )
    client_id: HeaderTemplate | None = Field(
        default=None, title="Client ID", description="Of oauth2: the client.", examples=["stepgraph"]
    )
    client_secret: HeaderTemplate | None = Field(
        default=None,
        title="Client secret",
        description="Of oauth2: its secret.",
        examples=["{{ secrets.CRM_CLIENT_SECRET }}"],
    )
    scope: TextTemplate | None = Field(
        default=None, title="Scope", description="Of oauth2: what is asked for.", examples=["orders.read"]
    )
    audience: TextTemplate | None = Field(
        default=None,
        title="Audience",
        description="Of oauth2: the service, where the token server wants it.",
        examples=["https://api.example.com"],
    )
    client_auth: Literal["header", "body"] | None = Field(
        default=None,
        title="Client credentials",
        description="Of oauth2: sent to the token server in a header, or in the body.",
        examples=["body"],
    )
    access_key_id: HeaderTemplate | None = Field(
        default=None, title="Access key ID", description="Of aws_sigv4: the key's name.", examples=["AKIDEXAMPLE"]
    )
    secret_access_key: HeaderTemplate | None = Field(
        default=None,
        title="Secret access key",
        description="Of aws_sigv4: the key.",
        examples=["{{ secrets.AWS_SECRET_ACCESS_KEY }}"],
    )
    session_token: HeaderTemplate | None = Field(
        default=None,
        title="Session token",
        description="Of aws_sigv4: belongs to temporary keys.",
        examples=["{{ secrets.AWS_SESSION_TOKEN }}"],
    )
    region: HeaderTemplate | None = Field(
        default=None, title="Region", description="Of aws_sigv4: where the service is.", examples=["eu-central-1"]
    )
    service: HeaderTemplate | None = Field(
        default=None, title="Service", description="Of aws_sigv4: which one it is.", examples=["execute-api"]
    )


class Paginate(Config):
    """How the service hands out its pages; the step's result is then one list of all items."""

    type: pages.PageKind = Field(
        title="Kind",
        description="page: a page number. offset: how many to leave out. cursor: a word from the answer before. "
        "link: the Link header.",
        examples=["cursor"],
    )
    items: str = Field(
        default="",
        max_length=200,
        title="Items",
        description="Where the list is in an answer; empty: the answer is the list.",
        examples=["data.rows"],
    )
    param: str = Field(
        default="",
        max_length=100,
        title="Parameter",
        description="The query parameter; empty: page, offset or cursor, as the kind says.",
        examples=["after"],
    )
    start: int | None = Field(
        default=None,
        ge=0,
        title="First",
        description="Number of the first page (1), or the first offset (0).",
        examples=[1],
    )
    size_param: str = Field(
        default="",
        max_length=100,
        title="Size parameter",
        description="The parameter for the size.",
        examples=["per_page"],
    )
    size: int = Field(
        default=0,
        ge=0,
        le=10_000,
        title="Page size",
        description="Items on a page; a shorter page is the last.",
        examples=[100],
    )
    next: str = Field(
        default="",
        max_length=200,
        title="Next cursor",
        description="Of cursor: where the next one is in the answer; a cursor may be a whole address.",
        examples=["meta.next_cursor"],
    )
    max_pages: int = Field(
        default=100, ge=1, le=10_000, title="Most pages", description="Then it stops, with a warning.", examples=[10]
    )
    max_items: int = Field(
        default=10_000,
        ge=1,
        le=1_000_000,
        title="Most items",
        description="Then it stops, with a warning.",
        examples=[500],
    )

    def paging(self) -> pages.Paging:
        """The same as a value."""
        return pages.Paging(
            kind=self.type,
            items=self.items,
            param=self.param,
            start=self.start if self.start is not None else int(self.type == "page"),
            size_param=self.size_param,
            size=self.size,
            next=self.next,
            max_pages=self.max_pages,
            max_items=self.max_items,
        )
