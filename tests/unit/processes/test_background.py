"""Threads beside jobs: whatever happens in one turn, the next one comes."""

from __future__ import annotations

import threading

import pytest
from django.db import InterfaceError

from backend.common.errors import Unavailable
from workers import background


@pytest.mark.parametrize("fault", [RuntimeError("a fault"), InterfaceError("connection closed"), Unavailable("away")])
def test_a_fault_ends_one_turn_and_not_the_thread(fault):
    stopping, again, turns = threading.Event(), threading.Event(), []

    def work() -> bool:
        turns.append(1)
        if len(turns) == 1:
            raise fault
        again.set()
        return False

    background.start(work, name="test", seconds=0.01, stopping=stopping)

    assert again.wait(10)
    stopping.set()


def test_it_goes_on_at_once_while_there_is_something_to_do():
    stopping, done, left = threading.Event(), threading.Event(), [3]

    def work() -> bool:
        left[0] -= 1
        if not left[0]:
            done.set()
        return left[0] > 0

    background.start(work, name="test", seconds=0.01, stopping=stopping)

    assert done.wait(10)
    stopping.set()


def test_a_connection_that_cannot_be_looked_at_costs_no_turn(monkeypatch) -> None:
    def broken() -> None:
        raise RuntimeError("of the driver")

    monkeypatch.setattr(background, "close_old_connections", broken)
    done = []

    with background.turn("work"):
        done.append(1)

    assert done == [1]
