"""Where scripts are run: behind each way of walling them in that works on this computer, and by whose interpreters."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from sandboxes.errors import SandboxError
from sandboxes.model import Execution, LogLine, Outcome
from sandboxes.runner import run
from sandboxes.runtimes import choose
from sandboxes.runtimes.base import Runtime
from sandboxes.runtimes.docker import Containers
from tests.requirements import need

KINDS = [pytest.param("docker", marks=pytest.mark.docker), "bubblewrap", "process"]


def eventually(condition: Callable[[], bool], *, seconds: float = 10) -> None:
    """Waits until it has come to pass."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


@dataclass
class Ran:
    outcome: Outcome
    log: list[LogLine] = field(default_factory=list)

    def lines(self, stream: str) -> list[str]:
        return [line.text for line in self.log if line.stream == stream]


Go = Callable[..., Ran]


@contextmanager
def chosen(kind: str) -> Iterator[Runtime]:
    """One way of walling scripts in, and nothing left of it."""
    try:
        found = choose(kind, service=f"test-{uuid.uuid4().hex}").runtime
    except SandboxError as error:
        need(kind, available=False, reason=str(error))
        return
    yield found
    found.cool()
    found.reap(all_of_mine=True)
    if isinstance(found, Containers):
        found.client().close()


@pytest.fixture(scope="session", params=KINDS)
def runtime(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    kind: Any = request.param
    with chosen(kind) as found:
        yield found


@pytest.fixture(scope="session", params=[kind for kind in KINDS if kind != "bubblewrap"])
def interpreters(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    """Those of our images, and those of this computer: bubblewrap starts the same ones as plain processes."""
    kind: Any = request.param
    with chosen(kind) as found:
        if isinstance(found, Containers):
            found.look_at_sharing()
        yield found


@pytest.fixture
def go(runtime: Runtime) -> Go:
    """Runs code behind the wall under test, where nothing ran before."""
    return _starter(runtime)


@pytest.fixture
def ask(interpreters: Runtime) -> Go:
    """Runs code where it does not matter which wall there is, as a step of a job: with containers, all in one."""
    return _starter(interpreters, tier="job", job="asked")


def _starter(runtime: Runtime, **always: Any) -> Go:
    """A language that is missing there skips the test."""

    def start(language: str, code: str, *, cancelled: Callable[[], bool] = lambda: False, **options: Any) -> Ran:
        found = runtime.languages()[language]
        need(f"{runtime.name}-{language}", available=found.available, reason=found.detail)
        log: list[LogLine] = []
        wishes = {"timeout": 20.0, "organization": "acme", **always, **options}
        execution = Execution(id=uuid.uuid4().hex, language=language, code=code, **wishes)
        return Ran(run(execution, runtime, on_log=log.append, cancelled=cancelled), log)

    return start
