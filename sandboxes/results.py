"""Decides the outcome of an execution from what the harness reported and what was printed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from sandboxes import limits
from sandboxes.model import JSON, Outcome, Status
from sandboxes.output import Output, Report

_BASH_LINE = re.compile(r"script\.sh: (?:eval: )?line (\d+):")
_OUT_OF_MEMORY = re.compile(r"MemoryError|heap out of memory|[Cc]annot allocate|std::bad_alloc|OutOfMemoryException")
_NO_MORE_PROCESSES = re.compile(
    r"fork: (?:retry: )?Resource temporarily unavailable|can't start new thread"
    r"|BlockingIOError: \[Errno 11\] Resource temporarily unavailable|spawn\S* \S+ EAGAIN"
)


class NotJson(ValueError):
    """A text that should be JSON is not."""


@dataclass(frozen=True, slots=True)
class Exit:
    """How the sandbox itself ended."""

    code: int | None
    out_of_memory: bool = False
    lost: bool = False
    refused_processes: bool = False  # it wanted more than it may have, as the kernel counted


def parse_json(text: str) -> JSON:
    """Reads JSON from a script: no NaN, no repeated keys, not nested too deep; NULs are dropped."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique)
    except RecursionError:
        raise NotJson(f"it is nested deeper than {limits.JSON_DEPTH} levels") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    _check_depth(value)
    return _without_nul(value) if "\\u0000" in text else value


def _refuse_constant(name: str) -> JSON:
    raise NotJson(f"{name} is not JSON; use null or a text instead")


def _unique(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotJson("an object has the same key twice")
    return fields


def _check_depth(value: JSON) -> None:
    level = [value]
    for _ in range(limits.JSON_DEPTH + 2):
        level = [child for item in level for child in _children(item)]
        if not level:
            return
    raise NotJson(f"it is nested deeper than {limits.JSON_DEPTH} levels")


def _children(value: JSON) -> list[JSON]:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [item for item in items if isinstance(item, (dict, list))]


def _without_nul(value: JSON) -> JSON:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {key.replace("\0", ""): _without_nul(item) for key, item in value.items()}
    return value


def decide(output: Output, ended: Exit, *, memory_mb: int) -> Outcome:
    """The outcome of a script that ended by itself."""
    report = output.report or Report(kind="done", payload=b"")
    if ended.lost:
        return Outcome(status=Status.LOST, message="The sandbox went away under the script.")
    if ended.refused_processes:
        return _failure(output, report, ended, memory_mb=memory_mb)
    if ended.out_of_memory and ended.code != 0:
        message = f"The script used more than its {memory_mb} MiB of memory.\n{output.stderr.last_lines()}".rstrip()
        return Outcome(status=Status.OUT_OF_MEMORY, message=message, exit_code=ended.code)
    if report.kind == "error" or ended.code not in {0, None}:
        return _failure(output, report, ended, memory_mb=memory_mb)
    try:
        return Outcome(status=Status.OK, result=_result(output, report), exit_code=ended.code)
    except NotJson as error:
        return Outcome(status=Status.FAILED, message=str(error), exit_code=ended.code, error_type="NotJson")


def _result(output: Output, report: Report) -> JSON:
    text = report.payload.decode("utf-8", "replace")
    if report.kind == "value":
        return _json_of("the result", text)
    if report.kind == "output":
        return _json_of("what the script wrote to $SG_OUTPUT", text)
    if report.kind == "text":
        return _json_or_text(text)
    return _from_stdout(output.stdout.text())


def _json_of(what: str, text: str) -> JSON:
    try:
        return parse_json(text)
    except NotJson as error:
        raise NotJson(f"{what[0].upper()}{what[1:]} is not JSON: {error}.") from None


def _json_or_text(text: str) -> JSON:
    try:
        return parse_json(text)
    except NotJson:
        return text.replace("\0", "")


def _from_stdout(printed: str) -> JSON:
    """Stdout as a whole or its last line if that is JSON, else stdout as text; nothing printed is null."""
    text = printed.strip()
    if not text:
        return None
    for candidate in (text, text.rsplit("\n", 1)[-1]):
        try:
            return parse_json(candidate)
        except NotJson:
            continue
    return printed.rstrip("\n")


def _failure(output: Output, report: Report, ended: Exit, *, memory_mb: int) -> Outcome:
    details = _details(report)
    kind, message, line = details.get("type") or "", details.get("message") or "", details.get("line")
    stderr = output.stderr.last_lines()
    line = line if isinstance(line, int) else _line_in(stderr)
    status = _status(kind, output, ended)
    headline = f"{kind}: {message}".strip(": ") if kind or message else f"Exited with code {ended.code}"
    where = f" (line {line})" if line else ""
    return Outcome(
        status=status,
        message=f"{_REASONS.get(status, '').format(memory_mb=memory_mb)}{headline}{where}\n{stderr}".rstrip(),
        exit_code=ended.code,
        line=line,
        error_type=kind if kind.isidentifier() else "",
    )


_REASONS: Final = {
    Status.OUT_OF_MEMORY: "The script used more than its {memory_mb} MiB of memory. ",
    Status.PROCESS_LIMIT: f"The script tried to run more than {limits.PROCESSES} processes at once. ",
}


def _details(report: Report) -> dict[str, JSON]:
    if report.kind != "error":
        return {}
    try:
        details = parse_json(report.payload.decode("utf-8", "replace"))
    except NotJson:
        return {}
    return details if isinstance(details, dict) else {}


def _line_in(stderr: str) -> int | None:
    found = _BASH_LINE.findall(stderr)
    return int(found[-1]) if found else None


def _status(error_type: str, output: Output, ended: Exit) -> Status:
    # Before memory: what a fork bomb's processes need together is a consequence.
    if ended.refused_processes or wanted_more_processes(output):
        return Status.PROCESS_LIMIT
    # Only a script without an exception of its own is judged by what its interpreter printed in its last moments.
    if error_type == "MemoryError" or (not error_type and _OUT_OF_MEMORY.search(_last_moments(output))):
        return Status.OUT_OF_MEMORY
    return Status.FAILED


def wanted_more_processes(output: Output) -> bool:
    """True if the script was refused more processes, as its interpreter's words tell."""
    return bool(_NO_MORE_PROCESSES.search(_last_moments(output)))


def _last_moments(output: Output) -> str:
    return output.stderr.last_lines(count=100, characters=16_000)
