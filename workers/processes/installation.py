"""The whole product on one machine: which programs it has, and how they are run together."""

from __future__ import annotations

import asyncio
import math
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings

from workers.processes import redis_server
from workers.processes.front import Front
from workers.processes.supervisor import Program, Supervisor

_HOST = "127.0.0.1"
_PATIENCE_SECONDS = 60.0


def programs(home: Path) -> list[Program]:
    """The children of `up`, in the order of their start."""
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    behind_front = {"STEPGRAPH_BEHIND_FRONT": "1"}
    found = [
        Program("sandbox", [*manage, "sandbox", "serve"], outlives=True),
        Program("web", [*manage, "web", "--socket", str(home / "web.sock")], behind_front),
        Program("live", [*manage, "live", "--socket", str(home / "live.sock")], behind_front),
        Program("worker", [*manage, "worker"]),
        Program("scheduler", [*manage, "scheduler"]),
    ]
    if settings.STEPGRAPH_SANDBOX == "remote":  # scripts run on other hosts, whose services are up already
        found = found[1:]
    own_redis = f"unix://{home}/redis.sock" == settings.REDIS_URL
    return [Program("redis", redis_server.command(home), outlives=True), *found] if own_redis else found


async def run(say: Callable[[str], object], *, beside: Sequence[Program] = (), told: Sequence[str] = ()) -> int:
    """Serves until SIGINT or SIGTERM, with further programs beside. Says `told` once it is up; gives the exit code."""
    home = settings.STEPGRAPH_HOME
    home.mkdir(parents=True, exist_ok=True)
    supervisor = Supervisor()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, supervisor.request_stop)
    try:
        server = await Front(web=home / "web.sock", live=home / "live.sock").serve(_HOST, settings.PORT)
    except OSError as error:
        say(f"Port {settings.PORT} cannot be opened: {error.strerror}. Stop what uses it, or set PORT to another one.")
        return 1
    for program in (*beside, *programs(home)):
        supervisor.start(program)
    await _announce(say, supervisor, told)
    await supervisor.wait()
    say("\nStopping …")
    server.close()
    await supervisor.stop()
    return 0


async def _announce(say: Callable[[str], object], supervisor: Supervisor, told: Sequence[str]) -> None:
    """Says where to go, as soon as there is somebody to answer."""
    started = time.monotonic()
    ready = asyncio.create_task(_until_ready(say))
    stopped = asyncio.create_task(supervisor.wait())
    await asyncio.wait({ready, stopped}, return_when=asyncio.FIRST_COMPLETED)
    for task in (ready, stopped):
        task.cancel()
    if ready.done() and not ready.cancelled():
        say(f"Ready after {time.monotonic() - started:.1f} s.\n\n  Open {settings.STEPGRAPH_BASE_URL}\n")
        say("  The first visit creates the owner; so does `manage.py create_admin --email you@example.com`")
        for line in told:
            say(line)
        say("  Stop with Ctrl-C.\n")


async def _until_ready(say: Callable[[str], object]) -> None:
    web, patience = settings.STEPGRAPH_HOME / "web.sock", time.monotonic() + _PATIENCE_SECONDS
    while not (await _listens(web) and await _answers()):
        if time.monotonic() > patience:
            say("It is not ready yet. What keeps it is logged above; `manage.py doctor` looks at every part.")
            patience = math.inf
        await asyncio.sleep(0.1)


async def _listens(web: Path) -> bool:
    """Asked before the front is: it would wait for the program, and warn that it does not answer while it starts."""
    try:
        _, writer = await asyncio.open_unix_connection(str(web))
        writer.close()
    except OSError:
        return False
    return True


async def _answers() -> bool:
    try:
        reader, writer = await asyncio.open_connection(_HOST, settings.PORT)
        writer.write(b"GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        status = await reader.readline()
        writer.close()
    except OSError:
        return False
    return b" 200 " in status
