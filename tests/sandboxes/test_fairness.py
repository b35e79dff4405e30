"""Many at once at one service, and several services behind one client."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from sandboxes.client import SandboxClient
from sandboxes.errors import SandboxUnavailable
from sandboxes.model import Execution, LogLine, Outcome, Status

from .conftest import eventually
from .test_service import Service


def execution(code: str, **options: Any) -> Execution:
    return Execution(id=uuid.uuid4().hex, language="bash", code=code, timeout=60, **options)


def run(client: SandboxClient, wanted: Execution) -> Outcome:
    return client.run(wanted, on_log=_ignore, cancelled=lambda: False)


def _ignore(line: LogLine) -> None:
    """For scripts whose log does not matter."""


def test_two_hundred_at_once_are_served_fairly_and_none_is_lost(tmp_path: Path) -> None:
    service = Service(f"unix://{tmp_path}/s", kind="process", max_running=4)
    ended: list[str] = []

    def one(number: int) -> Any:
        small = number >= 160  # they come last, behind 160 of another organisation
        context = {"n": number, "weight": "x" * 100_000}
        wanted = execution("echo $SG_N", context=context, organization="small" if small else "large", job=str(number))
        result = run(service.client, wanted).result
        ended.append(wanted.organization)
        return result

    try:
        before = _memory(service)
        with ThreadPoolExecutor(200) as pool:
            results = [pool.submit(one, number) for number in range(160)]
            eventually(lambda: service.client.stats()["queued"] > 60, seconds=30)
            results += [pool.submit(one, number) for number in range(160, 200)]
            eventually(lambda: service.client.stats()["queued"] == 0 and len(ended) > 150, seconds=100)
        stats, grown = service.client.stats(), _memory(service) - before
    finally:
        service.end()

    assert [result.result() for result in results] == list(range(200))
    # The small organisation gets every second turn from when it comes, so it is done long before the large one.
    last_small = max(index for index, name in enumerate(ended) if name == "small")
    assert ended[last_small:].count("large") > 20
    assert grown < 200 * 1024 * 1024
    assert stats["metrics"]["executions"]["bash"]["ok"] == 200
    assert 'stepgraph_sandbox_executions_total{language="bash",status="ok"} 200' in stats["prometheus"]
    assert "stepgraph_sandbox_wait_seconds_count 200" in stats["prometheus"]


def _memory(service: Service) -> int:
    return psutil.Process(service.process.pid).memory_info().rss


@pytest.fixture
def two(tmp_path: Path) -> Any:
    services = [Service(f"unix://{tmp_path}/{name}", kind="process", max_running=2) for name in "ab"]
    yield services
    for service in services:
        if service.process.poll() is None:
            service.end()


def test_two_hosts_share_the_work_and_one_alone_goes_on(two: list[Service]) -> None:
    client = SandboxClient(",".join(service.url for service in two))

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: run(client, execution("sleep 0.5; echo 1")), range(4)))
    shares = [service.client.stats()["metrics"]["executions"]["bash"]["ok"] for service in two]
    both = client.stats()
    two[0].end()
    started = time.monotonic()
    after = [run(client, execution("echo 2")) for _ in range(2)]

    assert [outcome.result for outcome in outcomes] == [1] * 4
    assert all(shares)
    assert sum(shares) == 4
    assert (both["max_running"], [host["ok"] for host in both["hosts"]]) == (4, [True, True])
    assert [outcome.result for outcome in after] == [2, 2]
    assert time.monotonic() - started < 10
    assert [host["ok"] for host in client.stats()["hosts"]] == [False, True]


def test_with_all_hosts_down_the_client_says_so(tmp_path: Path) -> None:
    client = SandboxClient(f"unix://{tmp_path}/a, unix://{tmp_path}/b")

    with pytest.raises(SandboxUnavailable, match="does not answer"):
        run(client, execution("echo 1"))
    with pytest.raises(SandboxUnavailable, match="does not answer"):
        client.stats()


def test_without_a_wall_nothing_runs_where_walls_are_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no-engine")
    monkeypatch.setenv("PATH", str(tmp_path))  # no bubblewrap either
    service = Service(f"unix://{tmp_path}/s", kind="auto", walls_only=True)
    try:
        stats, outcome = service.client.stats(), service.run("echo 1")
    finally:
        service.end()

    assert stats["isolation"] == ""
    assert stats["reason"].startswith("Scripts do not run here: Docker is not reachable, and bubblewrap")
    assert "STEPGRAPH_SANDBOX=process" in stats["reason"]
    assert (outcome.status, outcome.message) == (Status.UNAVAILABLE, stats["reason"])
