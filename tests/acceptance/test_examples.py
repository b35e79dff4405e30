"""Every example does what it promises in `examples/expected`: how it ends, and everything that it does outside."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from tests.programs import manage, running
from tests.stack import Stack, free_port
from workers.demo.cases import Case, cases, slugs
from workers.demo.comparing import differences
from workers.demo.running import Runner
from workers.demo.world import World

CASES = [pytest.param(slug, case, id=f"{slug}: {case.case}") for slug in slugs() for case in cases(slug)]
ORGANIZATION = "demo"
pytestmark = pytest.mark.timeout(300)  # the first one waits until all examples are there


@pytest.fixture(scope="module")
def world(stack: Stack) -> Iterator[World]:
    """The stand-ins, started as the demo starts them."""
    found = World(three_ports(), stack.home / "databases" / "demo.db")
    with running(stack.home / "stand-ins.log", os.environ, *found.program.command[1:]) as process:
        deadline = time.monotonic() + 60
        while not answers(found):
            assert process.poll() is None, (stack.home / "stand-ins.log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield found


@pytest.fixture(scope="module")
def environment(stack: Stack, world: World) -> dict[str, str]:
    """Of the commands beside the stand-ins."""
    return {**stack.environment, "STEPGRAPH_DEMO_PORT": str(world.port)}


@pytest.fixture(scope="module")
def runner(stack: Stack, world: World, environment: dict[str, str]) -> Iterator[Runner]:
    """What runs a case; the examples are in an organisation of their own."""
    key = manage(environment, "create_api_key", "--name", "demo", "--scope", "admin", "--organization", ORGANIZATION)
    manage(environment, "demo", "seed", "--organization", ORGANIZATION)
    headers = {"X-API-Key": key.strip()}
    with (
        httpx.Client(base_url=stack.url, headers=headers, timeout=60) as api,
        httpx.Client(base_url=world.web, timeout=60) as outside,
    ):
        yield Runner(api=api, world=outside)


@pytest.mark.parametrize(("slug", "case"), CASES)
def test_every_example_does_what_it_promises(runner: Runner, slug: str, case: Case) -> None:
    happened = runner.run(slug, case)

    assert differences(case, happened) == []


@pytest.mark.usefixtures("runner")
def test_the_command_prints_a_line_for_each_case(environment: dict[str, str]) -> None:
    printed = manage(environment, "demo", "run", "order-pricing", "--organization", ORGANIZATION)

    assert "✓ order-pricing: large enough for a discount" in printed
    assert "All 1 examples did what they promise, in 2 cases." in printed


def answers(world: World) -> bool:
    """Whether the stand-ins are up."""
    try:
        return httpx.get(f"{world.web}/ready").is_success
    except httpx.ConnectError:
        return False


def three_ports() -> int:
    """The first of three in a row that nobody uses."""
    while True:
        port = free_port()
        if all(is_free(port + number) for number in (1, 2)):
            return port


def is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
