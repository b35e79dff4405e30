"""Calls of webhooks at the door of the web program.

Django prepares every request for browsers: sessions, cookies, tokens against forged forms, files of the editor. A call
of a webhook needs none of it, and it would cost more than accepting the call; so this answers such calls before Django
sees them, through the same `answered` as the view of the route table. Everything else goes on to Django.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from http.client import responses
from typing import IO, TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.handlers.wsgi import LimitedStream, get_path_info
from django.db import DEFAULT_DB_ALIAS, connections
from django.http.request import split_domain_port, validate_host

from backend.common.http import MACHINE_HEADERS
from backend.triggers.answer import Answer
from backend.triggers.incoming import Incoming
from backend.triggers.webhooks import answered

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from django.db.backends.base.base import BaseDatabaseWrapper

_CALL = re.compile(r"/hooks/(?!test/)([^/\0]+)(?:/([^\0\n]*))?")


class Gate:
    """A WSGI application in front of Django's."""

    def __init__(self, django: WSGIApplication) -> None:
        self._django = django

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        found = _CALL.fullmatch(get_path_info(environ))
        if found is None or not _is_allowed(environ.get("HTTP_HOST", "")):
            return self._django(environ, start_response)
        database = connections[DEFAULT_DB_ALIAS]
        _look_after(database)
        try:
            answer = answered(_incoming(environ), token=found[1], path=found[2] or "")
        finally:
            _look_after(database)
        return _sent(answer, start_response)


def _look_after(database: BaseDatabaseWrapper) -> None:
    """Before and after each call, as Django does: a connection that is broken, or old, is closed."""
    if not database.in_atomic_block:
        database.close_if_unusable_or_obsolete()


@lru_cache(maxsize=100)
def _is_allowed(host: str) -> bool:
    """Whether the server goes by this name; Django says what is wrong with others."""
    allowed = settings.ALLOWED_HOSTS or ([".localhost", "127.0.0.1", "[::1]"] if settings.DEBUG else [])
    return validate_host(split_domain_port(host)[0], allowed)


def _incoming(environ: WSGIEnvironment) -> Incoming:
    length = 0
    with suppress(ValueError):  # like Django: no length is no body
        length = int(environ.get("CONTENT_LENGTH") or 0)
    body = cast("IO[bytes]", LimitedStream(environ["wsgi.input"], max(0, length)))  # it reads like a file
    return Incoming.of(environ, body)


def _sent(answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
    headers = {**MACHINE_HEADERS, **answer.headers}
    if answer.stream is None:
        headers["Content-Length"] = str(len(answer.body))
    start_response(f"{answer.status} {responses.get(answer.status, 'Unknown')}", list(headers.items()))
    return [answer.body] if answer.stream is None else _Stream(answer.stream)


class _Stream:
    """A body that comes bit by bit; the server closes it, also when the caller has left."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source = source

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._source)

    def close(self) -> None:
        """Lets go of what it read from."""
        close: Callable[[], Any] = getattr(self._source, "close", lambda: None)
        try:
            close()
        finally:
            _look_after(connections[DEFAULT_DB_ALIAS])  # of the thread that closes
