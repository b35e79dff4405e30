"""One request, as a value: whoever adds something to it makes a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from backend.catalog.fields import as_text
from backend.common.json import JSON

Params = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Request:
    """Method, address with its query, headers and content."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None

    @property
    def label(self) -> str:
        """Method, host and path: what can be shown. Queries and credentials stay out."""
        try:
            parts = urlsplit(self.url)
            return f"{self.method} {parts.hostname or ''}{parts.path}"
        except ValueError:
            return self.method

    def header(self, name: str) -> str | None:
        """The value of a header, whatever its spelling."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)

    def with_header(self, name: str, value: str) -> Request:
        """A copy with this header instead of any of the same name."""
        kept = {key: old for key, old in self.headers.items() if key.lower() != name.lower()}
        return replace(self, headers={**kept, name: value})

    def with_default_header(self, name: str, value: str) -> Request:
        """A copy with this header, unless it has one of that name."""
        return self if self.header(name) is not None else self.with_header(name, value)

    def with_params(self, params: Params) -> Request:
        """A copy with these parameters added to the query."""
        return replace(self, url=_added(self.url, params)) if params else self

    def with_param(self, name: str, value: str) -> Request:
        """A copy in which this parameter has this one value."""
        parts = urlsplit(self.url)
        others = [(key, old) for key, old in parse_qsl(parts.query, keep_blank_values=True) if key != name]
        return replace(self, url=urlunsplit(parts._replace(query=encoded([*others, (name, value)]))))


def parameters(query: Mapping[str, JSON]) -> dict[str, str | Sequence[str]]:
    """Query parameters from JSON values: a list repeats its parameter, null leaves it out."""
    return {name: _parameter(value) for name, value in query.items() if value is not None}


def encoded(pairs: Iterable[tuple[str, str]]) -> str:
    """A query in the one spelling that signatures are made over: %20 for a space, capital digits."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)


def _parameter(value: JSON) -> str | Sequence[str]:
    return [as_text(item) for item in value] if isinstance(value, list) else as_text(value)


def _added(url: str, params: Params) -> str:
    address, _, _ = url.partition("#")
    pairs = ((name, value) for name, values in params.items() for value in _all(values))
    query = encoded(pairs)
    return f"{address}{'&' if '?' in address else '?'}{query}" if query else address


def _all(values: str | Sequence[str]) -> Sequence[str]:
    return [values] if isinstance(values, str) else values


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "replace"), safe="-._~")
