"""How a value is written into each kind of text, so that data can never become anything but data."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from backend.expressions.budget import Budget
from backend.expressions.errors import value_error
from backend.expressions.frame import Value
from backend.expressions.values import text

Writer = Callable[[Value, str, Budget], str]
"""Writes a value behind the text so far."""

_LINE: Final = re.compile(r"[\r\n\0]")
_BASE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://[^/?#]*)?$")  # as far as the scheme, or into the host
_HOST: Final = re.compile(r"[A-Za-z0-9._:\[\]-]*")
_UNSAFE: Final = re.compile(r"[\s\0-\x1f\x7f\\]")
_SEGMENT: Final = re.compile(r"(?:^|/)\.{1,2}(?=/|$)")


def plain(value: Value, _before: str, budget: Budget) -> str:
    """Text as it is."""
    return text(value, budget=budget)


def escaped(value: Value, _before: str, budget: Budget) -> str:
    """Text inside HTML, attributes in quotes included."""
    return html.escape(text(value, budget=budget))


def header(value: Value, _before: str, budget: Budget) -> str:
    """Text inside a header, which must not start a new line."""
    written = text(value, budget=budget)
    if _LINE.search(written):
        raise value_error("The value has a line break, which a header cannot have.")
    return written


def url(value: Value, before: str, budget: Budget) -> str:
    """A part of a URL. At its very start the value is the base and stays as it is; in the host it must look like one;
    behind that it is percent-encoded, so that it stays one path segment or one query value."""
    written = text(value, budget=budget)
    if not before:
        if _UNSAFE.search(written):
            raise value_error("The start of the URL has a character that a URL cannot have.")
        return written
    if _BASE.fullmatch(before):
        if not _HOST.fullmatch(written):
            hint = "Letters, digits, points, hyphens and a port are allowed."
            raise value_error("The value cannot be part of a host name.", hint=hint)
        return written
    return quote(written.encode("utf-8", "replace"), safe="")


def check_url(made: str, *, literal: str) -> None:
    """Refuses a path in which data has made a step to another folder, such as `..`."""
    path = re.split(r"[?#]", made, maxsplit=1)[0]
    if _dots(path) > _dots(re.split(r"[?#]", literal, maxsplit=1)[0]):
        raise value_error("A value would lead to another folder of the URL's path.", hint="It must not be “..”.")


def _dots(path: str) -> int:
    return len(_SEGMENT.findall(path))


WRITERS: Final[dict[str, Writer]] = {"text": plain, "json": plain, "html": escaped, "header": header, "url": url}
TYPED: Final = frozenset({"text", "json"})
"""Where a string that is one single template keeps the value's type."""


def writer(context: str) -> Writer:
    """How values are written in a context; a ValueError means a mistake in our own code."""
    if context not in WRITERS:
        raise ValueError(f"There is no template context {context!r}.")
    return WRITERS[context]
