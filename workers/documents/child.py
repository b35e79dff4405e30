"""The child process: one document in by standard input, what was found out by standard output.

It is started with an empty environment, and gives up memory, time, files and processes before it reads anything.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
from typing import Any

from workers.documents import limits
from workers.documents.limits import Refused


def main() -> None:
    """`{"ok": …}` or `{"refused": {message, kind, hint}}`."""
    header = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    _give_up(header["seconds"])
    # Libraries that print must not write into the answer.
    with contextlib.redirect_stdout(io.StringIO()):
        answer = _answer(header, data)
    sys.stdout.buffer.write(json.dumps(answer).encode())


def _give_up(seconds: float) -> None:
    for what, limit in (
        (resource.RLIMIT_AS, limits.MEMORY),
        (resource.RLIMIT_CPU, max(1, int(seconds) + 1)),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (limit, limit))


def _answer(header: dict[str, Any], data: bytes) -> dict[str, Any]:
    from workers.documents import formats, kinds, safety

    try:
        kind = kinds.kind_of(data, name=header["name"], content_type=header["content_type"])
        if kind in {"docx", "xlsx", "pptx"}:
            safety.check_office(data)
        found = formats.read(kind, data, tables=header["tables"])
        return {"ok": _limited({"kind": kind, **found})}
    except Refused as refused:
        return {"refused": {"message": refused.message, "kind": refused.kind, "hint": refused.hint}}
    except MemoryError:
        return {"refused": {"message": "Reading it needs too much memory.", "kind": "bomb", "hint": ""}}
    except RecursionError:
        return {"refused": {"message": "It is nested too deeply.", "kind": "hostile", "hint": ""}}
    except Exception as error:  # noqa: BLE001 libraries raise anything for broken files
        message = f"The document is damaged: {type(error).__name__}."
        return {"refused": {"message": message, "kind": "unreadable", "hint": ""}}


def _limited(found: dict[str, Any]) -> dict[str, Any]:
    text = found.get("text", "").replace("\0", "")
    found["truncated"] = len(text) > limits.MAX_TEXT
    found["text"] = text[: limits.MAX_TEXT]
    return found


if __name__ == "__main__":
    main()
