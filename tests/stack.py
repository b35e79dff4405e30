"""The whole product as a user starts it: `manage.py up` in a home of its own, on a free port.

The first one in a test run brings its empty database up to date itself, which takes half of the start. Later ones begin
with a copy of that database, as it was before anybody used it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests.programs import ROOT, manage

STAND_IN = "stepgraph-pwsh-stand-in:latest"  # an image that acceptance tests make, and scripts there may name
_DATABASE = "stepgraph.db"
_unused: list[Path] = []  # the database of the first start
_READY_SECONDS = 180.0  # on a busy machine; nothing waits that long for luck


@dataclass(slots=True)
class Stack:
    """A running installation: where it answers, a key with all rights, and its processes."""

    url: str
    api_key: str
    home: Path
    process: subprocess.Popen[bytes]
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """What a management command of this installation prints."""
        return manage(self.environment, *arguments).strip()

    def client(self) -> httpx.Client:
        """An API client with the key."""
        return httpx.Client(base_url=self.url, headers={"X-API-Key": self.api_key}, timeout=60)

    def stop(self) -> int:
        """Ends it as Ctrl-C does, with everything that it started; gives the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)

    def start_again(self) -> None:
        """After `stop`: at the same address, with what it had."""
        self.process = _up(self.home, self.environment)
        wait_until_ready(self)

    def kill(self, name: str) -> None:
        """Kills a child as a crash does; nothing is left of it then that could answer in its place."""
        victim = self.child(name)
        whole = [victim, *victim.children(recursive=True)]
        victim.kill()
        psutil.wait_procs(whole, timeout=30)

    def child(self, name: str) -> psutil.Process:
        """The child process that runs `manage.py <name>`."""
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if name in child.cmdline()[2:])


@contextmanager
def running_stack(home: Path, **environment: str) -> Iterator[Stack]:
    """Starts an installation, and ends it with everything that it started."""
    port = free_port()
    values = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    values |= {"STEPGRAPH_HOME": str(home), "PORT": str(port), "STEPGRAPH_MODE": "development", **environment}
    values.pop("DJANGO_SETTINGS_MODULE", None)
    values.setdefault("STEPGRAPH_EGRESS_ALLOW", "127.0.0.0/8")
    values.setdefault("STEPGRAPH_SANDBOX_IMAGES", STAND_IN)
    if _unused and not (home / _DATABASE).exists():
        shutil.copy(_unused[0], home / _DATABASE)
    stack = Stack(f"http://127.0.0.1:{port}", "", home, _up(home, values), values)
    try:
        wait_until_ready(stack)
        if not _unused:
            _unused.append(_copied(home / _DATABASE))
        stack.api_key = stack.manage("create_api_key", "--name", "tests", "--scope", "admin")
        yield stack
    finally:
        stack.stop()


def _up(home: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    with (home / "up.log").open("ab") as log:
        command = [sys.executable, "manage.py", "up"]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)


def _copied(database: Path) -> Path:
    """A copy of a database that is in use; it goes away with this process."""
    folder = tempfile.mkdtemp(prefix="stepgraph-unused-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(f"{folder}/{_DATABASE}")) as target:
        source.backup(target)
    return Path(folder) / _DATABASE


def wait_until_ready(stack: Stack) -> None:
    """Until every part is well, or the log says why not."""
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline and stack.process.poll() is None:
        try:
            if httpx.get(f"{stack.url}/health/ready", timeout=5).json()["status"] == "ok":
                return
        except (httpx.HTTPError, ValueError, KeyError):
            pass  # not up yet: that is what we wait for
        time.sleep(0.1)
    raise AssertionError("the stack did not start:\n" + (stack.home / "up.log").read_text(errors="replace")[-5000:])


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
