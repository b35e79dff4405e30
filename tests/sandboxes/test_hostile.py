"""Scripts that misbehave: each is ended, with the true reason, and the next one runs as if nothing had happened."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from sandboxes import limits
from sandboxes.model import Status
from sandboxes.runtimes import family

from .conftest import eventually

# What ends them is the same for every language: each of these resists in a way of its own.
STUBBORN = {
    "sleeps": ("bash", "sleep 60"),
    "ignores signals": (
        "python",
        "import signal\nfor n in (1, 2, 3, 15):\n    signal.signal(n, signal.SIG_IGN)\nwhile True: pass",
    ),
    "traps signals": ("bash", "trap '' TERM INT HUP; while true; do sleep 1; done"),
    "closes everything": ("python", "import os, time\nos.closerange(0, 100)\ntime.sleep(60)"),
    "never asks for anything": ("javascript", "for (;;) {}"),
}


@pytest.mark.parametrize("case", STUBBORN)
def test_nobody_outlives_the_deadline(go: Any, case: str) -> None:
    language, code = STUBBORN[case]

    ran = go(language, code, timeout=0.5)

    assert ran.outcome.status == Status.TIMEOUT
    assert ran.outcome.message == "The script ran longer than its 0.5 s."
    assert 0.5 <= ran.outcome.duration < 8  # with the start of a container on a busy machine


@pytest.mark.parametrize(
    ("language", "code"),
    [("bash", "yes spam"), ("python", "import sys\nwhile True: sys.stderr.write('no end of line')")],
)
def test_endless_output_ends_the_script(go: Any, language: str, code: str) -> None:
    ran = go(language, code, timeout=20)

    kept = sum(len(line.text) + 1 for line in ran.log)
    assert ran.outcome.status == Status.OUTPUT_LIMIT
    assert "printed more than" in ran.outcome.message
    assert kept <= limits.STDOUT_BYTES + limits.STDERR_BYTES


def test_a_result_that_is_too_large_is_refused(ask: Any) -> None:
    ran = ask("python", "return 'x' * (9 * 1024 * 1024)")

    assert ran.outcome.status == Status.OUTPUT_LIMIT
    assert ran.outcome.message == "The result is larger than 8 MiB. Return less, or save a file."


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "data = bytearray(10 * 1024**3)"),
        ("javascript", "const data = []; for (;;) data.push(Array(1024).fill(data.length))"),
        ("javascript", "const data = []; for (;;) data.push(Buffer.alloc(16 * 1024 * 1024, 1))"),
        ("bash", 'x=$(printf "%1048576s" y); while true; do x=$x$x; done'),
    ],
)
def test_a_memory_bomb_is_out_of_memory(go: Any, language: str, code: str) -> None:
    ran = go(language, code, timeout=20, memory_mb=128)

    assert ran.outcome.status == Status.OUT_OF_MEMORY, ran.outcome
    assert ran.outcome.duration < 15


FAMOUS = ":(){ :|:& };:"
RETRYING = "import os, time\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        time.sleep(0.01)"


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "import os, time\nwhile True:\n    if os.fork() == 0: time.sleep(60)"),  # an exception tells
        ("python", RETRYING),  # nothing tells, and it never ends
        ("javascript", "const c = require('child_process'); for (;;) c.spawn('sleep', ['60'])"),
        ("bash", "bomb() { bomb | bomb & wait; }; bomb"),  # the shell waits, and tries again
        ("bash", FAMOUS),  # the first process ends well
        ("bash", f"{{ {FAMOUS}; }} 2> /dev/null"),  # and without a word
    ],
)
def test_a_fork_bomb_is_told_as_one(go: Any, language: str, code: str) -> None:
    ran = go(language, code, timeout=2)

    assert ran.outcome.status == Status.PROCESS_LIMIT, ran.outcome
    assert ran.outcome.duration < 8
    if ran.outcome.isolation != "docker":  # elsewhere users are taken again, with what they ran
        assert go("bash", "echo 1").outcome.result == 1


def test_a_few_processes_left_behind_are_no_fork_bomb(go: Any) -> None:
    ran = go("bash", "for n in 1 2 3 4 5; do sleep 30 & done; echo 1", timeout=10)

    assert (ran.outcome.status, ran.outcome.result) == (Status.OK, 1)
    assert ran.outcome.duration < 8


def test_children_end_with_their_script(go: Any) -> None:
    stamp = f"4{os.getpid()}{time.time_ns() % 10**6}"  # a duration that no other sleep has

    ran = go("bash", f"(setsid nohup sleep {stamp} > /dev/null 2>&1 &)\nsleep {stamp} &\necho 1", timeout=10)

    assert (ran.outcome.status, ran.outcome.result) == (Status.OK, 1)
    assert ran.outcome.duration < 8
    eventually(lambda: not _running(stamp), seconds=2)  # they are killed; on a busy machine they leave a moment later


def _running(argument: str) -> list[str]:
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().decode(errors="replace")
        except OSError:
            continue
        lines += [line] if argument in line else []
    return lines


REACHING = """
import os, socket, subprocess
def connect():
    with socket.socket(socket.AF_UNIX) as way:
        way.connect('/var/run/docker.sock')
ways = {
    'read a secret': lambda: open('/etc/shadow').read(),
    'write to the system': lambda: open('/usr/lib/evil', 'w'),
    'write to /etc': lambda: open('/etc/evil', 'w'),
    'write to the root': lambda: open('/evil', 'w'),
    'ask the engine': connect,
    'be root': lambda: os.setuid(0),
    'mount': lambda: subprocess.run(['mount', '-t', 'tmpfs', 'none', '/mnt'], check=True, stderr=-3),
}
def leads_out(way):
    try:
        way()
    except (OSError, subprocess.CalledProcessError):
        return False
    return True
return [name for name, way in ways.items() if leads_out(way)]
"""


def test_the_host_is_out_of_reach(go: Any) -> None:
    ran = go("python", REACHING)

    assert (ran.outcome.status, ran.outcome.result) == (Status.OK, []), ran.outcome
    assert not Path("/evil").exists()


def test_the_services_environment_and_files_are_not_seen(go: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_SERVICE", "canary")
    code = """
import os, pathlib
seen = []
for path in pathlib.Path('/proc').glob('[0-9]*/environ'):
    try:
        seen.append(path.read_bytes().decode(errors='replace'))
    except OSError:
        pass
return {'own': dict(os.environ), 'others': seen}
"""
    if os.geteuid() != 0 and go("bash", "true").outcome.isolation == "process":
        pytest.skip("without a user of their own, plain processes can see the service")

    ran = go("python", code)

    assert "canary" not in str(ran.outcome.result)


def test_a_script_finds_nothing_of_the_one_before(go: Any, runtime: Any) -> None:
    places = "." if runtime.name == "process" else ". /tmp"  # without a wall, /tmp is everybody's
    go("bash", "echo secret > note")

    ran = go("bash", f"find {places} -user \"$(id -u)\" -name '*note*' 2> /dev/null; true")

    assert (ran.outcome.status, ran.outcome.result) == (Status.OK, None)


def test_the_network_is_closed_unless_asked_for(go: Any, runtime: Any) -> None:
    if runtime.name == "process":
        pytest.skip("plain processes have no wall against the network")
    code = """
import socket
def reached(host, port):
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True
return [reached('127.0.0.1', port), reached('169.254.169.254', 80)]
"""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ran = go("python", code, context={"port": server.getsockname()[1]})

    assert (ran.outcome.status, ran.outcome.result) == (Status.OK, [False, False])


def test_the_network_is_open_if_asked_for(go: Any, runtime: Any) -> None:
    if runtime.name == "docker":
        pytest.skip("a container's loopback is its own")
    code = "import socket\nsocket.create_connection(('127.0.0.1', port), timeout=2).close()\nreturn 'reached'"
    with socket.create_server(("127.0.0.1", 0)) as server:
        ran = go("python", code, context={"port": server.getsockname()[1]}, network=True)

    assert ran.outcome.result == "reached"


def test_a_full_disk_is_the_scripts_problem(go: Any) -> None:
    ran = go("bash", "set -e; head -c 300000000 /dev/zero > big")

    reasons = ("No space left", "File size limit", "File too large", "153")
    assert ran.outcome.status == Status.FAILED
    assert any(reason in ran.outcome.message for reason in reasons)


def test_cancelling_ends_at_once(go: Any) -> None:
    started = time.monotonic()

    ran = go("bash", "sleep 60", cancelled=lambda: time.monotonic() > started + 0.3)

    assert ran.outcome.status == Status.CANCELLED
    assert ran.outcome.duration < 8


def test_a_forged_result_frame_is_only_output(ask: Any) -> None:
    ran = ask("python", "print('\\x1esg:' + '0' * 32 + ':value 1', flush=True)\nprint('7')\nreturn 'true'")

    assert ran.outcome.result == "true"
    assert "7" in ran.lines("stdout")


def test_plain_processes_get_users_of_their_own(go: Any, runtime: Any) -> None:
    if runtime.name != "process" or os.geteuid() != 0:
        pytest.skip("needs root, and no namespace that hides the user")
    uid = go("bash", "id -u").outcome.result

    assert uid >= 65520
    assert family.of_user(uid) == []
