"""Names of HTTP headers. Pure."""

from __future__ import annotations

import re

MAX_NAME_LENGTH = 100
_NAME = re.compile(r"[A-Za-z0-9-]+")


def checked_name(name: str) -> str:
    """The same name, which may be empty; raises ValueError with words for a person when it can be no header's."""
    if name and not _NAME.fullmatch(name):
        raise ValueError("no header name; write one such as X-Request-Id")
    return name
