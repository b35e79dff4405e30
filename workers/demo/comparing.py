"""Whether a job did what its example promises: every difference in words. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from backend.common.json import JSON
from workers.demo.cases import Case, ExpectedCall

_PATTERN = "~ "  # a text that begins so is a regular expression


@dataclass(frozen=True, slots=True)
class Happened:
    """What a job came to, here and outside."""

    status: str
    output: JSON
    error: Mapping[str, JSON]
    steps: Mapping[str, str]
    received: Sequence[Mapping[str, JSON]]
    rows: Mapping[str, JSON]


def differences(case: Case, happened: Happened) -> list[str]:
    """Empty when the example keeps its promise."""
    return [*_ending(case, happened), *_steps(case, happened), *_outside(case, happened)]


def _ending(case: Case, happened: Happened) -> Iterator[str]:
    if happened.status != case.ends:
        yield f"it ended as {happened.status}, not as {case.ends}: {happened.error.get('message', '')}"
    if case.output is not None and not fits(case.output, happened.output):
        yield f"the output is {_text(happened.output)}, not {_text(case.output)}"
    if not fits(case.error, happened.error):
        yield f"the error is {_text(happened.error)}, not {_text(case.error)}"


def _steps(case: Case, happened: Happened) -> Iterator[str]:
    for path, status in case.steps.items():
        found = happened.steps.get(path, "not there")
        if found != status:
            yield f"the step {path} is {found}, not {status}"


def _outside(case: Case, happened: Happened) -> Iterator[str]:
    left = list(happened.received)
    for expected in case.received:
        for _ in range(expected.times):
            found = next((one for one in left if _is_call(expected, one)), None)
            if found is None:
                yield f"this did not arrive: {expected.call} {_text(expected.body) if expected.body else ''}".rstrip()
            else:
                left.remove(found)
    for one in left:
        yield f"this arrived, too: {one['call']} {_text(one['body'])}"
    for query, expected_rows in case.rows.items():
        if not fits(expected_rows, happened.rows.get(query)):
            yield f"{query} gives {_text(happened.rows.get(query))}, not {_text(expected_rows)}"


def _is_call(expected: ExpectedCall, one: Mapping[str, JSON]) -> bool:
    return (
        fits(expected.call, one["call"])
        and fits(expected.query, one["query"])
        and (expected.body is None or fits(expected.body, one["body"]))
    )


def fits(expected: JSON, found: JSON) -> bool:
    """Objects may have more fields than are expected, lists not more items; `~ …` is a pattern for a text."""
    if isinstance(expected, Mapping):
        return isinstance(found, Mapping) and all(
            name in found and fits(value, found[name]) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return isinstance(found, list) and len(expected) == len(found) and all(map(fits, expected, found))
    if isinstance(expected, str) and expected.startswith(_PATTERN):
        return re.search(expected.removeprefix(_PATTERN), str(found)) is not None
    return isinstance(expected, bool) is isinstance(found, bool) and bool(expected == found)


def _text(value: JSON) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]}…"
