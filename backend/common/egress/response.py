"""The answer to a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST_RETRY_AFTER = 24 * 3600.0
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Response:
    """A complete answer: header names in lower case, content decompressed, the address after all redirects."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str

    @property
    def content_type(self) -> str:
        """The media type without its parameters; empty if the server did not say."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Whether the server calls the content JSON."""
        return self.content_type in {"application/json", "text/json"} or self.content_type.endswith("+json")

    def text(self, *, errors: str = "strict") -> str:
        """The content in the character set that the server names, else UTF-8. Raises UnicodeDecodeError when strict."""
        found = _CHARSET.search(self.headers.get("content-type", ""))
        try:
            return self.content.decode(found[1] if found else "utf-8", errors)
        except LookupError:  # a character set that nobody knows
            return self.content.decode("utf-8", errors)

    def retry_after(self) -> float | None:
        """Seconds that the server asks to wait, from either form of the header."""
        value = self.headers.get("retry-after", "").strip()
        try:
            seconds = float(value) if value.isdigit() else _seconds_until(value)
        except (TypeError, ValueError):
            return None
        return min(max(seconds, 0.0), _LONGEST_RETRY_AFTER)


def _seconds_until(value: str) -> float:
    moment = parsedate_to_datetime(value)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime.now(UTC)).total_seconds()
