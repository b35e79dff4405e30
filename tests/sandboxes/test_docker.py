"""What the engine says of a sandbox, and what it looks like from inside."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from sandboxes import build
from sandboxes.languages import LANGUAGES
from sandboxes.model import Execution, Status
from sandboxes.runner import run
from sandboxes.runtimes.docker import SERVICE_LABEL, Containers
from tests.requirements import need

from .conftest import eventually

pytestmark = pytest.mark.docker


@pytest.fixture
def containers() -> Iterator[Containers]:
    runtime = Containers(f"test-{uuid.uuid4().hex}")
    reason = runtime.works()
    need("docker", available=not reason, reason=reason)
    yield runtime
    runtime.reap(all_of_mine=True)
    runtime.client().close()


@pytest.mark.parametrize(("runtime", "works"), [("runc", True), ("no-such-runtime", False)])
def test_a_runtime_is_tried_before_it_is_used(containers: Containers, runtime: str, works: bool) -> None:
    image = LANGUAGES["bash"].image

    assert containers.starts(image, runtime) is works
    assert _mine(containers) == []


def test_the_engine_confirms_every_limit(containers: Containers) -> None:
    sandbox = containers.start(Execution(id="1", language="bash", code="", memory_mb=128, cpus=0.5), LANGUAGES["bash"])
    try:
        (container,) = _mine(containers)
        host, config = container.attrs["HostConfig"], container.attrs["Config"]
    finally:
        sandbox.close()

    assert (host["NetworkMode"], host["ReadonlyRootfs"], host["Privileged"]) == ("none", True, False)
    assert (host["CapDrop"], host["CapAdd"]) == (["ALL"], None)
    assert host["SecurityOpt"][0] == "no-new-privileges"
    assert json.loads(host["SecurityOpt"][1].removeprefix("seccomp="))["defaultAction"] == "SCMP_ACT_ERRNO"
    assert (host["Memory"], host["MemorySwap"]) == (128 * 1024 * 1024, 128 * 1024 * 1024)
    assert (host["PidsLimit"], host["NanoCpus"], host["Init"]) == (64, 500_000_000, True)
    assert {limit["Name"]: limit["Hard"] for limit in host["Ulimits"]} == {"nofile": 256, "core": 0, "fsize": 2**26}
    assert (host["Binds"], host["Devices"] or [], host["LogConfig"]["Type"]) == (None, [], "none")
    assert (config["User"], config["WorkingDir"]) == ("65532:65532", "/tmp")
    assert container.image.id == containers.client().images.get(LANGUAGES["bash"].image).id
    eventually(lambda: _mine(containers) == [])


def _mine(containers: Containers) -> list[Any]:
    return containers.client().containers.list(
        all=True, ignore_removed=True, filters={"label": f"{SERVICE_LABEL}={containers._service}"}
    )


def test_every_probe_finds_its_wall(containers: Containers) -> None:
    checks = build.check("docker")

    walls = [check for check in checks if not check.name.startswith("language ")]
    assert len(walls) == 13
    assert [check for check in walls if not check.ok] == []


def test_threads_processes_and_sockets_of_their_own_work(containers: Containers) -> None:
    code = """
import asyncio, multiprocessing, socket, subprocess, threading
def double(n):
    return n * 2
with multiprocessing.Pool(2) as pool:
    doubled = pool.map(double, [1, 2])
thread = threading.Thread(target=print)
thread.start(); thread.join()
left, right = socket.socketpair()
async def echo():
    process = await asyncio.create_subprocess_exec('echo', 'hi', stdout=-1)
    return (await process.communicate())[0].decode()
result = [doubled, subprocess.check_output(['echo', 'a'], text=True), asyncio.run(echo())]
"""

    outcome = run(_python(code), containers, on_log=lambda _: None, cancelled=lambda: False)

    assert outcome.result == [[2, 4], "a\n", "hi\n"], outcome


def _python(code: str, **options: Any) -> Execution:
    return Execution(id="1", language="python", code=code, timeout=20, **options)


def test_only_allowed_images_run(containers: Containers, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = run(
        _python("1", image=LANGUAGES["bash"].image), containers, on_log=lambda _: None, cancelled=lambda: False
    )
    monkeypatch.setenv("STEPGRAPH_SANDBOX_IMAGES", LANGUAGES["python"].image)
    allowing = Containers(containers._service)
    ran = run(
        _python("result = 1", image=LANGUAGES["python"].image), allowing, on_log=lambda _: None, cancelled=lambda: False
    )
    allowing.client().close()

    assert refused.status == Status.FAILED
    assert "is not allowed" in refused.message
    assert ran.result == 1


def test_a_container_that_is_killed_under_its_script_is_lost_or_failed(containers: Containers) -> None:
    started = threading.Event()
    killer = threading.Thread(target=lambda: started.wait(10) and _mine(containers)[0].remove(force=True))
    killer.start()

    outcome = run(
        _python("import time\nprint('x')\ntime.sleep(30)"),
        containers,
        on_log=lambda _: started.set(),
        cancelled=lambda: False,
    )

    killer.join()
    assert outcome.status in {Status.LOST, Status.FAILED}
    assert outcome.duration < 10
