"""The service over a real socket: many at once, cancelling, clients and services that vanish."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sandboxes import wire
from sandboxes.client import SandboxClient
from sandboxes.errors import SandboxError, SandboxUnavailable
from sandboxes.model import Execution, LogLine, Outcome, Status
from sandboxes.packages import gate
from sandboxes.runner import run
from sandboxes.runtimes.base import Availability
from tests.requirements import need

from .conftest import chosen, eventually

ROOT = Path(__file__).parents[2]


class Service:
    """A service in a process of its own."""

    def __init__(self, url: str, *, kind: str, max_running: int = 4, walls_only: bool = False) -> None:
        self.url, self.client = url, SandboxClient(url)
        self._command = [sys.executable, "-m", "sandboxes.service", url, "--kind", kind]
        self._command += ["--max-running", str(max_running), *(["--walls-only"] if walls_only else [])]
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self._command, cwd=ROOT, stderr=subprocess.DEVNULL)
        eventually(self._answers)

    def _answers(self) -> bool:
        try:
            return bool(self.client.stats())
        except SandboxUnavailable:
            return False

    def end(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)
        self.process.wait(30)

    def run(self, code: str, *, cancelled: Callable[[], bool] = lambda: False, **options: Any) -> Outcome:
        self.log: list[LogLine] = []
        execution = Execution(id=uuid.uuid4().hex, code=code, **{"language": "bash", "timeout": 30.0, **options})
        return self.client.run(execution, on_log=self.log.append, cancelled=cancelled)


@pytest.fixture(scope="module")
def running(runtime: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(f"unix://{tmp_path_factory.mktemp('service')}/s", kind=runtime.name)
    yield service
    if service.process.poll() is None:
        service.end()


@pytest.fixture
def service(running: Service) -> Service:
    """A service that tests share; who ends it finds it started again."""
    if running.process.poll() is not None:
        running.start()
    return running


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service for what does not depend on the wall."""
    running = Service(f"unix://{tmp_path_factory.mktemp('plain')}/s", kind="process", max_running=2)
    yield running
    running.end()


def sleeper() -> tuple[str, Callable[[], bool]]:
    """A script that sleeps for a long time, and whether it still does."""
    stamp = f"3{time.time_ns() % 10**8}"
    return f"echo started; sleep {stamp}", lambda: bool(_processes(f"sleep\0{stamp}"))


def _processes(argument: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().decode(errors="replace")
        except OSError:
            continue
        found += [line] if line.startswith(argument) else []
    return found


def test_runs_and_streams_the_log(service: Service) -> None:
    outcome = service.run("echo one; echo two >&2; result='[1]'", context={"a": 1})

    assert (outcome.status, outcome.result) == (Status.OK, [1])
    assert sorted(line.text for line in service.log) == ["one", "two"]
    assert outcome.isolation == service.client.stats()["isolation"]


def test_the_log_arrives_while_the_script_runs(service: Service) -> None:
    seen: list[float] = []
    execution = Execution(id="1", language="bash", code="echo first; sleep 0.8; echo last", timeout=20)

    service.client.run(execution, on_log=lambda _: seen.append(time.monotonic()), cancelled=lambda: False)

    assert seen[1] - seen[0] > 0.4


def test_many_at_once_keep_apart(service: Service) -> None:
    def one(number: int) -> Any:
        execution = Execution(
            id=str(number), language="bash", code="sleep 0.2; echo $SG_N", context={"n": number}, timeout=30
        )
        return service.client.run(execution, on_log=lambda _: None, cancelled=lambda: False).result

    with ThreadPoolExecutor(6) as pool:  # two of them wait for a turn
        results = list(pool.map(one, range(6)))

    assert results == list(range(6))


@pytest.mark.docker
def test_a_jobs_steps_share_a_container_that_ends_when_the_job_is_released(service: Service, runtime: Any) -> None:
    if runtime.name != "docker":
        pytest.skip("nothing is shared here")
    eventually(lambda: service.client.stats()["tiers"]["reason"] != "it was not looked at", seconds=60)
    need("sandbox-job", available=service.client.stats()["tiers"]["job"], reason="no walls between steps here")

    steps = [service.run("echo 1; echo log >&2", job="j", tier="job", organization="acme") for _ in range(2)]

    assert [(step.status, step.result) for step in steps] == [(Status.OK, 1)] * 2
    assert [line.text for line in service.log if line.stream == "stderr"] == ["log"]
    assert service.client.stats()["rooms"] == 1
    service.client.release("j")
    assert service.client.stats()["rooms"] == 0


def test_cancelling_ends_the_script(service: Service) -> None:
    code, runs = sleeper()
    started = time.monotonic()

    outcome = service.run(code, cancelled=lambda: bool(service.log))

    assert outcome.status == Status.CANCELLED
    assert time.monotonic() - started < 5
    eventually(lambda: not runs(), seconds=3)


def test_a_client_that_vanishes_takes_its_script_along(service: Service) -> None:
    code, runs = sleeper()
    execution = Execution(id="1", language="bash", code=code, timeout=60)
    connection = wire.Address.parse(service.url).connect(timeout=5)
    wire.send(connection, {"type": "run", "execution": execution.to_json()})
    eventually(runs)

    connection.close()

    eventually(lambda: not runs(), seconds=5)
    eventually(lambda: service.client.stats()["running"] == 0)


def test_a_killed_service_leaves_no_orphans_to_the_next(service: Service) -> None:
    code, runs = sleeper()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(service.run, code)
        eventually(runs)
        service.end(signal.SIGKILL)
        with pytest.raises(SandboxUnavailable):
            running.result(10)

    service.start()

    eventually(lambda: not runs(), seconds=5)
    assert service.run("echo 1").result == 1


def test_the_end_of_the_service_is_the_end_of_its_scripts(service: Service) -> None:
    code, runs = sleeper()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(service.run, code)
        eventually(runs)

        service.end()
        outcome = running.result(10)

    assert outcome.status == Status.LOST
    assert not runs()


def test_a_script_waits_for_its_turn(plain: Service) -> None:
    code, runs = sleeper()
    release = threading.Event()
    with ThreadPoolExecutor(3) as pool:
        first = [
            pool.submit(plain.client.run, _execution(code), on_log=_ignore, cancelled=release.is_set) for _ in "ab"
        ]
        eventually(runs)
        eventually(lambda: plain.client.stats()["running"] == 2)
        waiting = pool.submit(plain.client.run, _execution("echo 1"), on_log=_ignore, cancelled=lambda: False)
        eventually(lambda: plain.client.stats()["queued"] == 1)
        release.set()

        assert [one.result(10).status for one in first] == [Status.CANCELLED] * 2
        assert waiting.result(10).result == 1


def _execution(code: str) -> Execution:
    return Execution(id=uuid.uuid4().hex, language="bash", code=code, timeout=30)


def _ignore(line: LogLine) -> None:
    """For scripts whose log does not matter."""


def test_stats_say_what_is_in_force_and_what_is_missing(plain: Service) -> None:
    stats = plain.client.stats()

    assert stats["isolation"] == "process"
    assert stats["reason"].startswith("Scripts run without isolation: ")
    assert stats["languages"]["bash"]["available"] is True
    assert set(stats["languages"]) == {"python", "bash", "javascript", "powershell"}
    assert (stats["running"], stats["queued"], stats["max_running"]) == (0, 0, 2)


def test_without_containers_packages_are_refused_and_the_step_says_what_is_needed(plain: Service) -> None:
    outcome = plain.run("1", language="python", packages=("six",))

    assert outcome.message == gate.NEEDS_DOCKER


def test_without_a_guard_there_is_no_network(plain: Service) -> None:
    outcome = plain.run("echo 1", network=True)

    assert outcome.status == Status.UNAVAILABLE
    assert "without an egress guard" in outcome.message


def test_only_the_owner_may_use_the_socket(plain: Service) -> None:
    mode = Path(plain.url.removeprefix("unix://")).stat().st_mode

    assert stat.S_IMODE(mode) == 0o600


def test_a_second_service_is_refused(plain: Service) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "sandboxes.service", plain.url, "--kind", "process"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )

    assert second.returncode == 1
    assert "already listening" in second.stderr
    assert plain.run("echo 1").result == 1


def test_nonsense_from_one_client_does_not_disturb_others(plain: Service) -> None:
    for nonsense in (b"\xff\xff\xff\xff", b"\0\0\0\2[]", b"\0\0\0\x02{}", b'\0\0\0\x10{"type": "run"}\n'):
        connection = wire.Address.parse(plain.url).connect(timeout=5)
        connection.sendall(nonsense)
        connection.close()

    assert plain.run("echo 1").result == 1


def test_over_tcp_only_with_the_key(tmp_path: Path) -> None:
    with wire.socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    service = Service(f"tcp://127.0.0.1:{port}?key={'k' * 32}", kind="process")
    try:
        assert service.run("echo 1").result == 1
        with pytest.raises(SandboxUnavailable):
            SandboxClient(f"tcp://127.0.0.1:{port}?key={'x' * 32}").stats()
    finally:
        service.end()


def test_without_a_service_the_client_says_so(tmp_path: Path) -> None:
    with pytest.raises(SandboxUnavailable, match="does not answer"):
        SandboxClient(f"unix://{tmp_path}/none").stats()


@pytest.mark.parametrize("url", ["", "http://x", "tcp://host:1", "tcp://host:1?key=short", "unix://"])
def test_bad_addresses_are_refused(url: str) -> None:
    with pytest.raises(SandboxError, match="must be unix:"):
        SandboxClient(url)


def test_a_language_without_runtime_answers_quickly(plain: Service) -> None:
    if plain.client.stats()["languages"]["powershell"]["available"]:
        pytest.skip("PowerShell is installed here")
    started = time.monotonic()

    outcome = plain.run("1", language="powershell")

    assert outcome.status == Status.UNAVAILABLE
    assert time.monotonic() - started < 5


def test_a_configured_interpreter_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for pwsh: it shows that the setting counts and that frames travel, not that PowerShell works."""
    stand_in = tmp_path / "stand-in"
    stand_in.write_text(
        """#!/usr/bin/python3
import json, sys
if "$PSVersionTable" in sys.argv[-1]:
    print("7.0.0-stand-in")
else:
    frame = json.loads(sys.stdin.readline())
    payload = json.dumps({"code": frame["code"], "name": frame["context"]["name"]}).encode()
    sys.stdout.buffer.write(frame["marker"].encode() + b"value %d\\n" % len(payload) + payload)
"""
    )
    stand_in.chmod(0o755)
    for folder in (tmp_path, *tmp_path.parents):
        if os.geteuid() == 0 and str(folder).startswith("/tmp/"):
            folder.chmod(0o755)
    monkeypatch.setenv("STEPGRAPH_SANDBOX_PWSH", str(stand_in))
    with chosen("process") as runtime:
        found = runtime.languages()["powershell"]
        execution = Execution(id="1", language="powershell", code="$Context.name", context={"name": "Zoë"})
        outcome = run(execution, runtime, on_log=_ignore, cancelled=lambda: False)

    assert found == Availability(available=True, detail="7.0.0-stand-in")
    assert outcome.result == {"code": "$Context.name", "name": "Zoë"}
