"""How a client comes to the service when many do."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sandboxes.errors import SandboxUnavailable
from sandboxes.wire import Address


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[socket.socket]:
    """At whose door there is no more room."""
    with ExitStack() as stack:
        door = stack.enter_context(socket.socket(socket.AF_UNIX))
        door.bind(f"{tmp_path}/s")
        door.listen(0)
        stack.enter_context(socket.socket(socket.AF_UNIX)).connect(f"{tmp_path}/s")
        yield door


def test_who_finds_the_door_crowded_waits(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: listener.accept()[0].close())  # meanwhile one is let in

    Address(path=listener.getsockname()).connect(timeout=20).close()


def test_and_gives_up_when_nothing_moves(listener: socket.socket) -> None:
    with pytest.raises(SandboxUnavailable, match="does not answer"):
        Address(path=listener.getsockname()).connect(timeout=0.05)
