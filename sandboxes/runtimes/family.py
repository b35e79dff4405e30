"""Which processes of this host belong to a script: by its user, by descent, or by a mark in their environment."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import psutil

GIVES_UP_RIGHTS: Final = "setpriv"  # the program by which scripts do, where it is installed
MARK: Final = "STEPGRAPH_SANDBOX"  # environment variable by which a script's processes are known


def of_user(uid: int) -> list[int]:
    """The living processes of a user; read from /proc directly, since this is asked ten times a second."""
    return [pid for pid, status in _statuses(uid) if _is_alive(status)]


def look(uid: int) -> tuple[list[int], int]:
    """The living processes of a user, and how many processes and threads the kernel counts against its limit."""
    statuses = list(_statuses(uid))
    return [pid for pid, status in statuses if _is_alive(status)], sum(_tasks(status) for _, status in statuses)


def tasks_of_user(uid: int) -> int:
    """How many processes and threads a user runs, as the kernel counts them against the user's limit; 0 if unknown."""
    try:
        return sum(_tasks(status) for _, status in _statuses(uid))
    except FileNotFoundError:
        return 0  # no /proc: this is not Linux


def descendants(pid: int) -> list[int]:
    """The process and all its living descendants."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        members = [process, *process.children(recursive=True)]
        return [member.pid for member in members if member.status() != psutil.STATUS_ZOMBIE]
    return []


def marked(mark: str) -> list[int]:
    """The living processes whose environment bears a mark that starts like this."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(MARK, "").startswith(mark) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


def tasks(pids: Iterable[int]) -> int:
    """How many processes and threads these are, as the kernel counts them."""
    total = 0
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            total += psutil.Process(pid).num_threads()
    return total


def memory(pids: Iterable[int]) -> int:
    """The memory of the processes together, in bytes; a page that they share counts once where the system can tell."""
    return sum(map(_memory, pids))


def _memory(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return int(rollup.partition("\nPss:")[2].split(maxsplit=1)[0]) * 1024
    with contextlib.suppress(psutil.Error):
        return int(psutil.Process(pid).memory_info().rss)
    return 0


def signal_all(pids: Iterable[int], number: signal.Signals) -> None:
    """Sends a signal to each that is still there."""
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, number)


def _statuses(uid: int) -> Iterator[tuple[int, bytes]]:
    """Every process of a user, and what the kernel says of it; without comfort: all are looked at ten times a second.

    To whom a process's folder belongs is known for a fifth of the price of its status. It is whom the process acts as,
    also of one that hides its memory; it differs from whom it was started by only for a set-user-id program.
    """
    owners = {uid} if _forbids_more_rights() else {uid, 0}
    for folder in os.scandir("/proc"):
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if os.stat(folder.path).st_uid in owners:  # noqa: PTH116 - of hundreds: faster
                    status = _read(f"{folder.path}/status")
                    if _uid(status) == uid:
                        yield int(folder.name), status


@cache
def _forbids_more_rights() -> bool:
    """True where scripts can run no set-user-id program as its owner."""
    return shutil.which(GIVES_UP_RIGHTS) is not None


def _read(path: str) -> bytes:
    file = os.open(path, os.O_RDONLY)
    try:
        return os.read(file, 16_384)
    finally:
        os.close(file)


def _field(status: bytes, name: bytes) -> bytes:
    """One line of it; the name of the program comes first, but the kernel writes no line break of it as one."""
    return status.partition(b"\n" + name + b":\t")[2].partition(b"\n")[0]


def _tasks(status: bytes) -> int:
    return int(_field(status, b"Threads") or 1)


def _uid(status: bytes) -> int:
    return int(_field(status, b"Uid").partition(b"\t")[0] or -1)


def _is_alive(status: bytes) -> bool:
    return not (_field(status, b"State") or b"Z").startswith((b"Z", b"X"))
