"""JSON texts from strangers: limits before parsing, and nothing that the rest of the system could misread."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Never

from backend.common.errors import Invalid, TooLarge
from backend.common.json import JSON
from backend.common.problems import Problem

MAX_DEPTH = 64
MAX_INTEGER = 2**63 - 1
FORBIDDEN_KEYS = frozenset({"__proto__", "constructor", "prototype"})  # they change objects in JavaScript

# A string may lack its end: then the rest counts as string, so that no quote is ever looked at twice.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


def parse_json(data: bytes, *, max_bytes: int = 2_500_000, max_depth: int = MAX_DEPTH) -> JSON:
    """The value of a JSON text; raises Invalid with the place of the fault, or TooLarge."""
    if len(data) > max_bytes:
        raise too_large(max_bytes)
    _check_depth(data, max_depth=max_depth)
    value = _decode(data)
    if _SUSPECT.search(data):
        _check_texts(value)
    return value


def _check_depth(data: bytes, *, max_depth: int) -> None:
    depth = 0
    for token in _TOKEN.finditer(data):
        match token[0][:1]:
            case b"[" | b"{":
                depth += 1
            case b"]" | b"}":
                depth -= 1
        if depth > max_depth:
            raise _invalid(f"The JSON is nested deeper than {max_depth} levels, at byte {token.start()}.", code="depth")


def _decode(data: bytes) -> JSON:
    try:
        return _DECODER.decode(data.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        raise _invalid(f"The body is not UTF-8: the byte at position {exc.start} is wrong.", code="encoding") from exc
    except json.JSONDecodeError as exc:
        where = f"line {exc.lineno}, column {exc.colno}"
        raise _invalid(f"The body is not JSON: {exc.msg.removesuffix(' at').lower()} at {where}.", code="json") from exc


def _object(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    result = dict(pairs)
    if len(result) != len(pairs):
        name = _repeated(pairs)
        raise _invalid(f"The key {name[:80]!r} appears twice in one object.", code="duplicate_key")
    if not FORBIDDEN_KEYS.isdisjoint(result):
        name = next(name for name in result if name in FORBIDDEN_KEYS)
        raise _invalid(f"The key {name!r} is not allowed.", code="forbidden_key")
    return result


def _repeated(pairs: list[tuple[str, JSON]]) -> str:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            break
        seen.add(name)
    return name


def _refuse_constant(text: str) -> Never:
    raise _invalid(f"{text} is not a JSON value. Send null or a number.", code="number")


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _invalid(f"The number {text[:40]} is too large.", code="number")
    return value


def _integer(text: str) -> int:
    value = int(text) if len(text) <= 20 else MAX_INTEGER + 1
    if not -MAX_INTEGER - 1 <= value <= MAX_INTEGER:
        raise _invalid(f"The whole number {text[:40]} does not fit into 64 bits. Send it as a text.", code="number")
    return value


# Made once: `json.loads` with options makes a decoder for every text.
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_float, parse_int=_integer
)


def _check_texts(value: JSON) -> None:
    # Neither can be stored by PostgreSQL, and half a character cannot be written at all.
    for text in _texts(value):
        if "\0" in text:
            raise _invalid("A text holds the character U+0000, which cannot be stored.", code="text")
        try:
            text.encode()
        except UnicodeEncodeError as exc:
            raise _invalid("A text holds half of a surrogate pair (\\ud800 to \\udfff).", code="text") from exc


def _texts(value: JSON) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _texts(item)


def _invalid(message: str, *, code: str) -> Invalid:
    return Invalid(message, problems=[Problem(message, code=code)])


def too_large(max_bytes: int) -> TooLarge:
    """The refusal of what is longer than its limit."""
    return TooLarge(f"The body is larger than the {max_bytes:,} bytes allowed.")
