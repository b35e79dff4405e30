"""Schemes that write one value into the request: basic, bearer, API keys."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from workers.http.auth.base import Authenticator, Send
from workers.http.request import Request


@dataclass(frozen=True, slots=True)
class Basic(Authenticator):
    """User and password."""

    username: str
    password: str = field(repr=False)

    def sign(self, request: Request, send: Send) -> Request:
        """The pair in the Authorization header."""
        pair = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        return request.with_header("Authorization", f"Basic {pair}")

    def secrets(self) -> Sequence[str]:
        """The password."""
        return (self.password,)


@dataclass(frozen=True, slots=True)
class Bearer(Authenticator):
    """A token."""

    token: str = field(repr=False)

    def sign(self, request: Request, send: Send) -> Request:
        """The token in the Authorization header."""
        return request.with_header("Authorization", f"Bearer {self.token}")

    def secrets(self) -> Sequence[str]:
        """The token."""
        return (self.token,)


@dataclass(frozen=True, slots=True)
class ApiKey(Authenticator):
    """A key in a header or a query parameter of any name."""

    name: str
    value: str = field(repr=False)
    place: Literal["header", "query"] = "header"

    def sign(self, request: Request, send: Send) -> Request:
        """The key in its place."""
        if self.place == "query":
            return request.with_param(self.name, self.value)
        return request.with_header(self.name, self.value)

    def secrets(self) -> Sequence[str]:
        """The key."""
        return (self.value,)
