"""Bash scripts. Bash cannot read JSON, so its frame is shell text of nothing but quoted assignments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from sandboxes.languages.base import Frame, Language, sized
from sandboxes.model import JSON, encoded

_RESERVED = frozenset({"SG_CONTEXT", "SG_FILES", "SG_OUTPUT"})
_EXPORT_LIMIT = 96 * 1024  # bytes; the kernel refuses to start programs with a longer variable
_EXPORT_TOTAL = 1024 * 1024  # bytes; and with more than this altogether


def quote(text: str) -> str:
    """The text as one shell word in which nothing is ever expanded."""
    return "'" + text.replace("\0", "").replace("'", "'\\''") + "'"


def encode(frame: Frame) -> bytes:
    """The frame as assignments; variables too large for a child's environment stay shell variables."""
    context = json.dumps(dict(frame.context), ensure_ascii=False, allow_nan=False)
    private = {"__sg_marker": frame.marker, "__sg_code": frame.code, "__sg_context": context}
    lines = [f"{name}={quote(value)}" for name, value in private.items()]
    lines += ["declare -A __sg_files=()"]
    lines += [f"__sg_files[{quote(name)}]={quote(text)}" for name, text in encoded(frame.files).items()]
    room = _EXPORT_TOTAL
    for name, value in (*_variables(frame), *frame.env.items()):
        size = len(value.encode("utf-8", "replace"))
        room -= size
        prefix = "export " if size <= _EXPORT_LIMIT and room > 0 else ""
        lines.append(f"{prefix}{name}={quote(value)}")
    return sized("\n".join(lines).encode("utf-8", "replace"))


def _variables(frame: Frame) -> Iterator[tuple[str, str]]:
    for key, value in frame.context.items():
        name = "SG_" + re.sub(r"[^A-Za-z0-9_]", "_", key).upper()
        if name not in _RESERVED:
            yield name, as_text(value)


def as_text(value: JSON) -> str:
    """A value as a shell variable: texts as they are, null as nothing, the rest as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, allow_nan=False)


BASH = Language(
    name="bash",
    title="Bash",
    commands=("bash",),
    setting="STEPGRAPH_SANDBOX_BASH",
    arguments=lambda source, _memory_mb: ["--noprofile", "--norc", "-c", source, "script.sh"],
    harness="harness.sh",
    version=("-c", 'echo "${BASH_VERSION%%(*}"'),
    how_to_get="build the image with `manage.py sandbox build`, or install bash on this host.",
    encode=encode,
)
