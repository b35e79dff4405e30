"""Containers that are ready before they are asked for: used once, never a leftover, never in the way."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from sandboxes.languages import LANGUAGES
from sandboxes.model import Execution, Outcome, Status
from sandboxes.results import Exit
from sandboxes.runner import run
from sandboxes.runtimes.base import Breach, Chunk, WaitingSandbox
from sandboxes.runtimes.box import SERVICE_LABEL, Box
from sandboxes.runtimes.docker import Containers
from sandboxes.runtimes.pool import Pool
from tests.requirements import need

from .conftest import eventually

USUAL = Box("bash", "sha256:1", network=False, memory_mb=256, cpus=1.0, lifetime=60.0)
LARGE = Box("bash", "sha256:1", network=False, memory_mb=512, cpus=1.0, lifetime=60.0)


class Waiting(WaitingSandbox):
    """Waits; nothing more."""

    def __init__(self, box: Box) -> None:
        self.box, self.well, self.closed = box, True, False

    def waits(self) -> bool:
        return self.well

    def send(self, frame: bytes) -> None:
        raise AssertionError

    def read(self, *, timeout: float) -> list[Chunk]:
        return []

    def ended(self) -> Exit | None:
        return None

    def breach(self) -> Breach | None:
        return None

    def breach_at_deadline(self) -> Breach | None:
        return None

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def made() -> list[Waiting]:
    return []


@pytest.fixture
def pool(made: list[Waiting]) -> Iterator[Pool[Waiting]]:
    def make(box: Box) -> Waiting:
        made.append(Waiting(box))
        return made[-1]

    pool = Pool(make, workers=2)
    yield pool
    pool.close()


def test_one_of_each_usual_kind_is_ready_and_is_replaced_when_taken(pool: Pool[Waiting], made: list[Waiting]) -> None:
    pool.open((USUAL,))
    eventually(lambda: pool.facts()["ready"] == 1)

    first = pool.take(USUAL)
    eventually(lambda: pool.facts()["ready"] >= 1)
    second = pool.take(USUAL)

    assert first is not None
    assert second is not None
    assert first is not second
    assert pool.facts()["hits"] == 2


def test_what_is_asked_for_becomes_ready(pool: Pool[Waiting]) -> None:
    pool.open(())

    assert pool.take(LARGE) is None

    eventually(lambda: pool.facts()["ready"] >= 1)
    found = pool.take(LARGE)
    assert isinstance(found, Waiting)
    assert found.box == LARGE


def test_a_stand_in_is_taken_for_what_is_not_there(pool: Pool[Waiting]) -> None:
    pool.open((USUAL,))
    eventually(lambda: pool.facts()["ready"] == 1)

    found = pool.take(LARGE, USUAL)

    assert isinstance(found, Waiting)
    assert found.box == USUAL


def test_more_demand_keeps_more_ready_within_bounds(pool: Pool[Waiting]) -> None:
    pool.open((USUAL,))

    for _ in range(30):
        pool.take(USUAL)

    eventually(lambda: pool.facts()["ready"] > 2)
    assert pool.facts()["ready"] <= 8


def test_what_died_while_it_waited_is_not_handed_out(pool: Pool[Waiting], made: list[Waiting]) -> None:
    pool.open((USUAL,))
    eventually(lambda: pool.facts()["ready"] == 1)
    made[0].well = False

    found = pool.take(USUAL)

    assert found is not made[0]
    eventually(lambda: made[0].closed)


def test_closing_ends_all_that_wait(pool: Pool[Waiting], made: list[Waiting]) -> None:
    pool.open((USUAL, LARGE))
    eventually(lambda: pool.facts()["ready"] == 2)

    pool.close()

    assert all(sandbox.closed for sandbox in made)
    assert pool.take(USUAL) is None


@pytest.fixture(scope="module")
def warm() -> Iterator[Containers]:
    runtime = Containers(f"test-{uuid.uuid4().hex}")
    reason = runtime.works()
    need("docker", available=not reason, reason=reason)
    runtime.warm()
    yield runtime
    runtime.cool()
    runtime.reap(all_of_mine=True)
    assert _all(runtime) == []
    runtime.client().close()


def _all(runtime: Containers) -> list[Any]:
    return runtime.client().containers.list(
        all=True, ignore_removed=True, filters={"label": f"{SERVICE_LABEL}={runtime._service}"}
    )


def _run(runtime: Containers, language: str, code: str, **wishes: Any) -> Outcome:
    execution = Execution(
        id=uuid.uuid4().hex, language=language, code=code, organization="acme", **{"timeout": 20, **wishes}
    )
    return run(execution, runtime, on_log=lambda _: None, cancelled=lambda: False)


@pytest.mark.docker
def test_a_warm_container_is_used_and_thrown_away(warm: Containers) -> None:
    language, code = "python", "return 1"
    _run(warm, language, code)  # asked for once, this kind is kept ready
    eventually(lambda: warm.facts()["pool"]["ready"] >= 4 and not warm.facts()["pool"]["warming"], seconds=60)
    before = {container.id for container in _all(warm)}
    hits = warm.facts()["pool"]["hits"]

    outcome = _run(warm, language, code)

    assert (outcome.status, outcome.result) == (Status.OK, 1)
    assert warm.facts()["pool"]["hits"] == hits + 1
    eventually(lambda: bool(before - {container.id for container in _all(warm)}), seconds=20)


@pytest.mark.docker
def test_organisations_never_share_a_namespace(warm: Containers) -> None:
    if not warm._holders().pay:
        pytest.skip("this engine makes namespaces cheaply: nobody shares one")
    look = "readlink /proc/self/ns/net"
    names = [_run(warm, "bash", look, memory_mb=200).result for _ in range(2)]
    other = Execution(id="1", language="bash", code=look, organization="other", memory_mb=200, timeout=20)

    theirs = run(other, warm, on_log=lambda _: None, cancelled=lambda: False).result

    assert names[0] == names[1]
    assert theirs not in names


@pytest.mark.docker
def test_other_limits_get_their_own_container(warm: Containers) -> None:
    seen = threading.Event()
    code = "echo ready; sleep 5"
    execution = Execution(id="1", language="bash", code=code, organization="acme", memory_mb=96, cpus=0.5, timeout=20)
    thread = threading.Thread(
        target=run, args=(execution, warm), kwargs={"on_log": lambda _: seen.set(), "cancelled": seen.is_set}
    )

    thread.start()
    wanted = 96 * 1024 * 1024
    eventually(lambda: any(one.attrs["HostConfig"]["Memory"] == wanted for one in _all(warm)))
    thread.join()

    assert LANGUAGES["bash"].image in {tag for one in _all(warm) for tag in one.image.tags}
