"""Every test here runs on each way of walling a script in that works on this computer."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from sandboxes.errors import SandboxError
from sandboxes.model import Execution, LogLine, Outcome
from sandboxes.runner import run
from sandboxes.runtimes import choose
from sandboxes.runtimes.base import Runtime
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


@pytest.fixture(scope="session", params=KINDS)
def runtime(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    kind: Any = request.param
    service = f"test-{uuid.uuid4().hex}"
    try:
        chosen = choose(kind, service=service).runtime
    except SandboxError as error:
        need(kind, available=False, reason=str(error))
        return
    yield chosen
    chosen.cool()
    chosen.reap(all_of_mine=True)
    client = getattr(chosen, "client", None)
    if client is not None:
        client().close()


@pytest.fixture
def go(runtime: Runtime) -> Go:
    """Runs code on the runtime under test; a language that is missing there skips the test."""

    def start(language: str, code: str, *, cancelled: Callable[[], bool] = lambda: False, **options: Any) -> Ran:
        found = runtime.languages()[language]
        need(f"{runtime.name}-{language}", available=found.available, reason=found.detail)
        log: list[LogLine] = []
        execution = Execution(id=uuid.uuid4().hex, language=language, code=code, **{"timeout": 20.0, **options})
        return Ran(run(execution, runtime, on_log=log.append, cancelled=cancelled), log)

    return start
