"""Whether an answer is the JSON that was asked for. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import NoReturn

from backend.common import schemas
from backend.common.json import JSON

_FENCE = re.compile(r"```(?:json|JSON)?\s*\n?(.*?)```", re.DOTALL)


class Unfit(Exception):
    """The answer is not what was asked for; says which field."""


def checked(text: str, schema: Mapping[str, JSON]) -> JSON:
    """The value in an answer. Raises Unfit."""
    value = _parsed(text)
    mismatches = schemas.mismatches(schema, value)
    if mismatches:
        first = mismatches[0]
        place = first.json_path.removeprefix("$").lstrip(".")
        raise Unfit(f"{place}: {first.message}"[:500] if place else first.message[:500])
    return value


def _parsed(text: str) -> JSON:
    for candidate in _candidates(text):
        try:
            return json.loads(candidate, parse_constant=_refuse)
        except (ValueError, RecursionError):
            continue
    raise Unfit("it is not JSON")


def _candidates(text: str) -> Iterator[str]:
    """The whole, what is fenced, and what stands between the outermost braces."""
    yield text.strip()
    yield from (found[1].strip() for found in _FENCE.finditer(text))
    begin, end = text.find("{"), text.rfind("}")
    if 0 <= begin < end:
        yield text[begin : end + 1]


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
