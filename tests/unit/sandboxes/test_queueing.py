"""Whose turn it is, without any sandbox."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandboxes.budget import Budget
from sandboxes.errors import SandboxBusy
from sandboxes.queueing import FairQueue, Ticket, Turnstile
from tests.waiting import Meeting


def drain(queue: FairQueue) -> list[Ticket]:
    """Calls one after the other, each of which ends at once."""
    order = []
    while (ticket := queue.call()) is not None:
        order.append(ticket)
        queue.ended(ticket)
    return order


def filled(*names: tuple[str, str]) -> FairQueue:
    queue = FairQueue()
    for organization, job in names:
        queue.put(Ticket(organization, job))
    return queue


def test_a_small_organisation_does_not_wait_behind_a_large_one():
    queue = filled(*[("large", "1")] * 50, *[("small", "2")] * 3)

    order = [ticket.organization for ticket in drain(queue)]

    assert order[:6].count("small") == 3


def test_jobs_of_an_organisation_take_turns():
    queue = filled(*[("a", "one")] * 20, *[("a", "two")] * 2)

    order = [ticket.job for ticket in drain(queue)]

    assert order[:4].count("two") == 2


def test_who_runs_less_comes_first():
    queue = filled(*[("a", "1")] * 4, *[("b", "2")] * 4)
    first = [queue.call() for _ in range(4)]
    for ticket in first:
        if ticket is not None and ticket.organization == "b":
            queue.ended(ticket)

    following = [queue.call(), queue.call()]

    assert [ticket.organization for ticket in following if ticket] == ["b", "b"]


def test_one_jobs_executions_keep_their_order():
    queue = FairQueue()
    tickets = [Ticket("a", "1") for _ in range(5)]
    for ticket in tickets:
        queue.put(ticket)

    assert drain(queue) == tickets


@settings(deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("123")), max_size=40))
def test_nobody_is_lost_and_nothing_is_kept(names):
    queue = filled(*names)

    order = drain(queue)

    assert sorted((ticket.organization, ticket.job) for ticket in order) == sorted(names)
    assert (len(queue), queue.running) == (0, 0)
    assert not any((queue._waiting, queue._running, queue._running_of_job, queue._served, queue._served_job))


def test_no_more_than_the_slots_are_inside():
    turnstile = Turnstile(slots=3, queue=100)
    meeting = Meeting(3)

    def go(number: int) -> None:
        ticket = turnstile.enter(str(number % 4), str(number), gone=lambda: False)
        meeting.visit()
        turnstile.leave(ticket)

    with ThreadPoolExecutor(60) as pool:
        list(pool.map(go, range(60)))

    assert meeting.most == 3
    assert (turnstile.running, turnstile.queued) == (0, 0)


def test_who_goes_away_leaves_the_queue():
    turnstile = Turnstile(slots=1, queue=10)
    ticket = turnstile.enter("a", "1", gone=lambda: False)

    assert turnstile.enter("a", "2", gone=lambda: True) is None

    turnstile.leave(ticket)
    assert (turnstile.running, turnstile.queued) == (0, 0)


def test_a_full_queue_refuses_at_once_and_keeps_room_for_others():
    turnstile = Turnstile(slots=1, queue=4)
    holder = turnstile.enter("a", "1", gone=lambda: False)
    done = threading.Event()
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(turnstile.enter, "a", "1", gone=done.is_set) for _ in range(2)]
        while turnstile.queued < 2:
            threading.Event().wait(0.01)
        with pytest.raises(SandboxBusy, match="Try again later"):
            turnstile.enter("a", "3", gone=lambda: False)
        other = pool.submit(turnstile.enter, "b", "4", gone=done.is_set)
        while turnstile.queued < 3:
            threading.Event().wait(0.01)
        done.set()
        assert [one.result(5) for one in (*waiting, other)] == [None] * 3
    turnstile.leave(holder)


def test_a_budget_is_given_back():
    budget = Budget(100)
    with budget.account() as take:
        take(80)
        with pytest.raises(SandboxBusy), budget.account() as more:
            more(30)
        assert budget.used == 80

    assert budget.used == 0


def test_one_request_alone_may_be_larger_than_the_budget():
    budget = Budget(100)

    with budget.account() as take:
        take(500)

        assert budget.used == 500
