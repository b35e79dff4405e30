"""A call as it came in: the same whether Django read its head or the server itself did (`gate.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import IO, Any, cast

from django.http import HttpRequest

from backend.common.http import address_of


@dataclass(frozen=True, slots=True)
class Incoming:
    """A call whose body has not been read yet."""

    method: str
    headers: Mapping[str, str]  # by lower-case name
    query: str
    address: str
    body: IO[bytes]

    @classmethod
    def of(cls, environ: Mapping[str, Any], body: IO[bytes]) -> Incoming:
        """From the names that CGI, WSGI and Django's `META` give to the parts of a request."""
        return cls(
            method=environ.get("REQUEST_METHOD", ""),
            headers=_headers(environ),
            query=environ.get("QUERY_STRING", ""),
            address=address_of(environ),
            body=body,
        )

    @classmethod
    def of_request(cls, request: HttpRequest) -> Incoming:
        """From a request of Django's."""
        return cls.of(request.META, cast("IO[bytes]", request))  # it reads like a file

    def again(self, body: bytes) -> Incoming:
        """The same call, of which somebody has read the body."""
        return Incoming(self.method, self.headers, self.query, self.address, BytesIO(body))


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    found = {_name(key): value for key, value in environ.items() if key.startswith("HTTP_")}
    for key, name in (("CONTENT_TYPE", "content-type"), ("CONTENT_LENGTH", "content-length")):
        if environ.get(key):
            found[name] = environ[key]
    return found


@lru_cache(maxsize=1000)
def _name(key: str) -> str:
    return key[5:].replace("_", "-").lower()
