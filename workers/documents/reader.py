"""Has a document read by a child process, and does not wait for it for ever."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

from workers.documents import limits
from workers.documents.limits import Refused

_ROOT = Path(__file__).resolve().parents[2]
_SLICE = 0.1  # seconds between looks at whether anybody still waits


def read_document(
    data: bytes,
    *,
    name: str,
    content_type: str,
    tables: bool = True,
    seconds: float = limits.SECONDS,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """What is in a document. Raises Refused with the reason."""
    if len(data) > limits.MAX_BYTES:
        raise Refused(f"The file is larger than {limits.MAX_BYTES:,} bytes.", kind="too_large")
    header = {"name": name, "content_type": content_type, "tables": tables, "seconds": seconds}
    answer = _run(json.dumps(header).encode() + b"\n" + data, seconds=seconds, cancelled=cancelled)
    if "refused" in answer:
        raise Refused(**answer["refused"])
    found: dict[str, Any] = answer["ok"]
    return found


def _run(sent: bytes, *, seconds: float, cancelled: Callable[[], bool]) -> dict[str, Any]:
    # An empty environment: what breaks out of a parser finds no keys in it.
    child = subprocess.Popen(
        [sys.executable, "-m", "workers.documents.child"],
        cwd=_ROOT,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    received: list[bytes] = []
    worker = Thread(target=_exchange, args=(child, sent, received), daemon=True)
    worker.start()
    end = monotonic() + seconds
    try:
        while worker.is_alive():
            worker.join(_SLICE)
            if worker.is_alive() and (monotonic() > end or cancelled()):
                raise Refused(f"Reading it takes longer than {seconds:g} s.", kind="timeout")
    finally:
        child.kill()
        child.wait()
        worker.join()
    return _parsed(b"".join(received), child.returncode)


def _exchange(child: subprocess.Popen[bytes], sent: bytes, received: list[bytes]) -> None:
    assert child.stdin is not None
    assert child.stdout is not None
    with child.stdin as pipe, child.stdout as answer:
        try:
            pipe.write(sent)
            pipe.close()
        except OSError:
            return  # it died; its exit code says why
        size = 0
        while piece := answer.read(65_536):
            size += len(piece)
            if size > limits.MAX_ANSWER:
                child.kill()
                return
            received.append(piece)


def _parsed(data: bytes, code: int) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(data)
    except ValueError:
        reason = "it used up its memory or its time" if code else "it gave no answer"
        raise Refused(f"The document broke its reader: {reason}.", kind="bomb") from None
    return answer
