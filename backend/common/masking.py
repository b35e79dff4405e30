"""Keeps secret values out of everything that is stored or shown, in each form in which they might appear.

It is the last net, not the wall: whoever may use a secret in a script can disguise it in ways that no mask knows.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from urllib.parse import quote, quote_plus

from backend.common.json import JSON

HIDDEN = "***"
SHORTEST = 6  # characters; masking shorter ones would destroy innocent text


class Masker:
    """Masks the secrets that were added so far; safe to share between threads."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._forms: tuple[str, ...] = ()
        self.add(values)

    def add(self, values: Iterable[str]) -> None:
        """From now on these are masked too."""
        with self._lock:
            new = {value for value in values if len(value) >= SHORTEST} - self._known
            if new:
                self._known |= new
                found = {form for value in self._known for form in forms(value)}
                self._forms = tuple(sorted(found, key=len, reverse=True))  # long ones first: they hold the short ones

    @property
    def idle(self) -> bool:
        """Whether there is nothing to mask so far."""
        return not self._forms

    def text(self, text: str) -> str:
        """The text without secrets."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, HIDDEN)
        return text

    def value(self, value: JSON) -> JSON:
        """A JSON value without secrets, names of fields included; the very same one when nothing was found."""
        if not self._forms:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.value(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        return value


def forms(value: str) -> set[str]:
    """A secret in plain, URL-, JSON-, hex- and base64-encoded form; of several lines, each long one by itself."""
    lines = [line.strip() for line in value.splitlines()]
    parts = {value, value.strip(), *(line for line in lines if len(line) >= SHORTEST)}
    return {form for part in parts for form in _forms(part) if len(form) >= SHORTEST}


def _forms(text: str) -> Iterator[str]:
    data = text.encode()
    yield text
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    for encoded in (quote(text, safe=""), quote(text), quote_plus(text)):
        yield encoded
        yield _lower_percent(encoded)
    yield data.hex()
    yield data.hex().upper()
    yield from _base64(data)


def _lower_percent(text: str) -> str:
    first, *rest = text.split("%")
    return first + "".join(f"%{part[:2].lower()}{part[2:]}" for part in rest)


def _base64(data: bytes) -> Iterator[str]:
    """Base64 of it alone, and the part that stays the same when other bytes stand before and behind it."""
    for altchars in (b"+/", b"-_"):
        whole = base64.b64encode(data, altchars).decode()
        yield whole
        yield whole.rstrip("=")
        for shift in range(3):
            encoded = base64.b64encode(b"\0" * shift + data, altchars).decode().rstrip("=")
            first = -(-shift * 8 // 6)  # characters that hold bits of what stands before
            last = (shift + len(data)) * 8 // 6  # the next one may hold bits of what follows
            yield encoded[first:last]


_current: ContextVar[Masker | None] = ContextVar("masker", default=None)


class masking:  # noqa: N801 it is used as a function; as a generator it would take three times as long
    """Within it, this thread's entries in the server's log are masked as well."""

    __slots__ = ("_masker", "_token")

    def __init__(self, masker: Masker) -> None:
        self._masker = masker

    def __enter__(self) -> None:
        self._token = _current.set(self._masker)

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


def mask_logged(text: str) -> str:
    """For the log: the text without the secrets of whatever this thread is doing."""
    masker = _current.get()
    return text if masker is None else masker.text(text)
