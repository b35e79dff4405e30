"""When a worker looks, and what becomes of bells: one serves a busy time, and none is missed."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator

import pytest
import redis
from celery import Celery

from backend import queue
from backend.celery import make_app
from tests.services import redis_server
from tests.waiting import until
from workers.engine.owner.looking import Looking


class Desk:
    """Jobs that are due, a worker's thread that looks for them, and bells over a real Redis."""

    def __init__(self, app: Celery, marks: redis.Redis) -> None:
        self.due: deque[str] = deque()
        self.taken: list[str] = []
        self.before_hush: list[str] = []  # jobs that are committed at the last moment at which they ring no bell
        self.began = threading.Event()
        self.may_end = threading.Event()
        self.may_end.set()
        self._app = app
        self._marks = marks
        self._over = False
        self.looking = Looking(self._take, hush=self._hush)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def ring(self) -> bool:
        """Whether a message was sent; a worker of two hears it, the other is this one."""
        before = self.messages()
        queue.ring_once(self._app, self._marks)
        return self.messages() > before

    def messages(self) -> int:
        return int(self._marks.llen(queue.WAKE_QUEUE))

    def is_marked(self) -> bool:
        return bool(self._marks.exists(queue._RINGING))

    def close(self) -> None:
        self._over = True
        self.may_end.set()
        self.looking.look()
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _take(self) -> int:
        taken = [self.due.popleft() for _ in range(len(self.due))]
        self.taken += taken
        if taken:
            self.began.set()
            self.may_end.wait(10)
        return len(taken)

    def _hush(self) -> bool:
        self.due += self.before_hush
        self.before_hush = []
        self._marks.delete(queue._RINGING)
        return True

    def _run(self) -> None:
        while not self._over:
            self.looking.turn()
            self.looking.wait(0.5)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with redis_server() as server, redis.Redis.from_url(server.url) as marks, make_app(server.url) as app:
        made = Desk(app, marks)
        yield made
        made.close()


def test_one_bell_serves_all_jobs_of_a_busy_time(desk) -> None:
    desk.may_end.clear()
    desk.due.append("first")
    assert desk.ring()
    desk.looking.hear()
    desk.began.wait(10)

    desk.due.append("second")
    rang = desk.ring()
    desk.may_end.set()

    until(lambda: desk.taken == ["first", "second"])
    until(lambda: not desk.is_marked())
    assert not rang
    assert desk.messages() == 1


def test_after_a_busy_time_the_next_job_rings_anew(desk) -> None:
    assert desk.ring()
    desk.looking.hear()
    until(lambda: not desk.is_marked())

    assert desk.ring()


def test_a_job_that_rang_no_bell_at_the_last_moment_is_found(desk) -> None:
    desk.before_hush = ["late"]
    assert desk.ring()

    desk.looking.hear()

    until(lambda: desk.taken == ["late"])


def test_a_bell_that_another_worker_has_heard_stays_marked(desk) -> None:
    """This one does not know whether the other has looked."""
    assert desk.ring()
    desk.due.append("found by itself")

    desk.looking.look()

    until(lambda: desk.taken)
    assert desk.is_marked()


def test_a_bell_whose_hearer_was_killed_rings_again_soon(desk, monkeypatch) -> None:
    monkeypatch.setattr(queue, "_RINGING_MS", 50)

    assert desk.ring()  # heard by somebody who never takes the mark away

    until(desk.ring, seconds=5)


def test_a_redis_that_does_not_answer_holds_up_no_look(desk) -> None:
    stuck = threading.Event()
    desk.looking._hush = lambda: stuck.wait(10)
    desk.looking.hear()

    desk.due.append("a")
    desk.looking.look()

    until(lambda: desk.taken == ["a"])
    stuck.set()
