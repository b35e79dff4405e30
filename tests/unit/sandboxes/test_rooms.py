"""Which containers are kept for the next step of a job; what stands in for a container only writes what one would."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from typing import Any

import pytest

from sandboxes.runtimes.attached import ContainerSandbox
from sandboxes.runtimes.base import Sandbox
from sandboxes.runtimes.box import IDLE_SECONDS, Box
from sandboxes.runtimes.rooms import Rooms

BOX = Box("python", "sha256:1", network=False, memory_mb=256, cpus=1.0, lifetime=60.0, many=True)


class Container:
    """Knows whether it lives."""

    def __init__(self) -> None:
        self.killed = False

    def kill(self) -> None:
        self.killed = True


class Engine:
    """Opens containers of a certain age, and plays what runs in them."""

    def __init__(self) -> None:
        self.age = 0.0
        self.inside: list[socket.socket] = []
        self.buried: list[Any] = []

    def open(self, _box: Box) -> ContainerSandbox:
        ours, inside = socket.socketpair()
        self.inside.append(inside)
        container: Any = Container()
        opened = ContainerSandbox(container, ours, owner=ours, token="", bury=self.buried.append)
        opened.born -= self.age
        return opened

    def end_step(self) -> None:
        """Reads the frame and the token of the step that runs in the newest container, and marks its end."""
        with self.inside[-1].makefile("rb") as said:
            assert said.readline() == b"frame\n"
            mark = b"\x1esg-end:" + said.readline().strip() + b" 0 0 0\n"
        for stream in (1, 2):
            self.inside[-1].sendall(struct.pack(">BxxxL", stream, len(mark)) + mark)


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def rooms(engine: Engine) -> Iterator[Rooms]:
    rooms = Rooms(engine.open)
    yield rooms
    rooms.sweep(everything=True)
    for connection in engine.inside:
        connection.close()


def run_step(rooms: Rooms, engine: Engine) -> Sandbox:
    step = rooms.enter("job", BOX)
    step.send(b"frame\n")
    engine.end_step()
    while step.ended() is None:
        step.read(timeout=1)
    step.close()
    return step


@pytest.mark.parametrize("age", [0.0, IDLE_SECONDS / 2, IDLE_SECONDS - 60])
def test_the_next_step_finds_the_container_of_the_one_before(rooms: Rooms, engine: Engine, age: float) -> None:
    engine.age = age

    run_step(rooms, engine)
    run_step(rooms, engine)

    assert (len(engine.inside), rooms.count(), engine.buried) == (1, 1, [])


def test_a_container_that_waited_long_for_its_job_is_kept_for_no_step_that_may_outlast_it(
    rooms: Rooms, engine: Engine
) -> None:
    engine.age = IDLE_SECONDS

    run_step(rooms, engine)

    assert (rooms.count(), len(engine.buried)) == (0, 1)


def test_nothing_is_kept_for_a_job_that_has_ended(rooms: Rooms, engine: Engine) -> None:
    run_step(rooms, engine)
    rooms.release("job")
    run_step(rooms, engine)

    assert (rooms.count(), len(engine.buried)) == (0, 2)
