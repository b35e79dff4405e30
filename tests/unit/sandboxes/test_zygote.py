"""How the first process of a step tells a fork bomb that hardly gets to run from what rests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parents[3] / "sandboxes" / "harness" / "zygote.py"
Scene = Callable[[int], tuple[dict[str, str], int]]  # look → who is there in which state, the last who was born
SLOW = 0.25  # seconds that a starved container needs for a look


class World:
    """A /proc on disk that goes on whenever the one who looks sleeps; the clock is its own."""

    def __init__(self, folder: Path, scene: Scene) -> None:
        self.proc, self.refusals = folder / "proc", folder / "pids.events"
        self.looks, self._now, self._scene = 0, 0.0, scene
        self._show(refused=0)

    def _show(self, *, refused: int) -> None:
        shutil.rmtree(self.proc, ignore_errors=True)
        states, last = self._scene(self.looks)
        for number, state in states.items():
            (self.proc / number).mkdir(parents=True)
            (self.proc / number / "stat").write_text(f"{number} (bash) {state} 1{' 0' * 40}")
        (self.proc / "loadavg").write_text(f"0.00 0.00 0.00 1/2 {last}")
        self.refusals.write_text(f"max {refused}\n")

    def monotonic(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.looks += 1
        self._now += SLOW
        self._show(refused=int(self.looks >= 20))


@pytest.fixture
def looked(tmp_path: Path) -> Callable[[Scene], World]:
    """What the world had come to when nobody looked any more."""

    def look(scene: Scene) -> World:
        world = World(tmp_path, scene)
        names: dict[str, Any] = {"__name__": "zygote"}
        exec(compile(SOURCE.read_text().removesuffix("main()\n"), str(SOURCE), "exec"), names)
        names |= {"PROC": str(world.proc), "REFUSALS": (str(world.refusals),), "time": world}
        names["keep_looking"]()
        return world

    return look


def test_a_bomb_whose_living_process_is_always_born_after_the_list_is_watched_until_it_is_refused(looked: Any) -> None:
    """Whoever ran when the list was made has had a child and ended when its turn to be looked at comes."""
    world = looked(lambda look: ({str(10 + look): "Z"}, 11 + look))

    assert world.looks == 20


def test_a_bomb_that_was_seen_to_rest_once_is_watched_on(looked: Any) -> None:
    world = looked(lambda look: ({"10": "S", "11": "S" if look % 3 == 2 else "R"}, 11))

    assert world.looks == 20


def test_what_really_rests_is_watched_for_a_moment_only(looked: Any) -> None:
    world = looked(lambda look: ({"10": "S", "11": "Z"}, 11))

    assert world.looks <= 4
