"""Scopes in motion: what is ready in one is begun as far as there is room, and one in which nothing goes on closes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from backend.workflows.graph import Node
from workers.engine.flow.activity import Activity
from workers.engine.flow.frame import NO_MOVES, SKIPPED_PORTS, Frame, Moves

if TYPE_CHECKING:
    from workers.engine.flow.flow import Flow


@dataclass(frozen=True, slots=True)
class Inner:
    """A scope that a container has opened."""

    frame: Frame
    activity: Activity | None  # the container; none has opened what undoes a step
    on_close: Callable[[Frame], None]


class Scopes:
    """The scopes of one job."""

    def __init__(self, flow: Flow) -> None:
        self.top: Frame | None = None
        self._flow = flow
        self._inner: dict[int, Inner] = {}  # the scopes that containers have opened, by identity

    def enter(self, frame: Frame) -> None:
        """Starts the scope at the top of the job."""
        self.top = frame
        self._move(frame, frame.begin())

    def open(self, frame: Frame, *, activity: Activity, on_close: Callable[[Frame], None]) -> None:
        """Starts a scope inside a container's; `on_close` follows its end."""
        self._inner[id(frame)] = Inner(frame, activity, on_close)
        self._move(frame, frame.begin())

    def open_for(self, frame: Frame, node: Node, *, on_close: Callable[[Frame], None]) -> None:
        """Starts a scope for a single step of it."""
        frame.active = frame.at_work = 1
        self._inner[id(frame)] = Inner(frame, None, on_close)
        self._flow.todo.append(partial(self._flow.begin, frame, node))

    def ended(self, frame: Frame, node: Node, taken: frozenset[str]) -> None:
        """A step of the scope has ended: what waited for it is decided."""
        frame.active -= 1
        frame.at_work -= 1
        self._move(frame, frame.end(node.id, taken))

    def release(self, frame: Frame) -> None:
        """A step of the scope will never end by itself."""
        frame.active -= 1
        frame.at_work -= 1
        self._start_backlog(frame)
        if frame.active == 0:
            self._close(frame)

    def give_up(self, frame: Frame) -> None:
        """Starts nothing more in a scope; what waits ends here, what runs is told to stop and still heard."""
        frame.stopping = True
        flow = self._flow
        for activity in (*flow.timers.take(Activity.stopped), *flow.waits.take(Activity.stopped)):
            flow.recorder.ended(activity, "cancelled")
            self.release(activity.frame)

    def run_out(self, activity: Activity) -> None:
        """A container's time is up: all that goes on in it stops."""
        activity.out_of_time = True
        for inner in [inner for inner in self._inner.values() if inner.activity is activity]:
            self.give_up(inner.frame)

    def _move(self, frame: Frame, moves: Moves) -> None:
        if frame.stopped():  # what waits for room begins no more: it must not keep the scope from its end
            frame.active -= len(frame.backlog)
            frame.backlog.clear()
        elif moves is not NO_MOVES or frame.backlog:
            frame.active += len(moves.skip) + len(moves.run)
            for node in moves.skip:
                self._flow.todo.append(partial(self._flow.skip, frame, node, SKIPPED_PORTS))
            frame.line_up(moves.run)
            self._start_backlog(frame)
        if frame.active == 0:
            self._close(frame)

    def _start_backlog(self, frame: Frame) -> None:
        while frame.backlog and not frame.is_full():
            frame.at_work += 1
            self._flow.todo.append(partial(self._flow.begin, frame, frame.backlog.popleft()))

    def _close(self, frame: Frame) -> None:
        inner = self._inner.pop(id(frame), None)
        if inner is not None:
            self._flow.todo.append(partial(inner.on_close, frame))
        elif frame.outer is None:
            self._flow.ending.close(frame.error)
