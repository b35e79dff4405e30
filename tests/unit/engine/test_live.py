"""Live text: joined into few messages, bounded, sent before the end of its attempt, shown in its place."""

from __future__ import annotations

from uuid import uuid4

import pytest

from backend.events import live
from backend.events.live import Entry
from backend.jobs import logs, stream
from workers.engine.attempts.live import Courier, Voice, joined
from workers.engine.base.log import StepLog

FACTS = {"step": "s", "path": "s", "attempt": 1, "status": "running"}


def lines(first: int, *texts: str, seq: int = 3, path: str = "s", position: str = "") -> Entry:
    return Entry(seq, {"type": "step.log", **FACTS, "path": path, "first": first, "lines": list(texts)}, position)


def progress(seq: int = 3, **data: object) -> Entry:
    return Entry(seq, {"type": "step.progress", **FACTS, **data})


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([lines(0, "a"), lines(1, "b"), lines(2, "c")], [lines(0, "a", "b", "c")]),
        ([lines(0, "a"), lines(1, "b", seq=4)], [lines(0, "a"), lines(1, "b", seq=4)]),
        ([lines(0, "a"), lines(0, "b", path="t")], [lines(0, "a"), lines(0, "b", path="t")]),
        ([progress(done=1), progress(done=2)], [progress(done=2)]),
        ([progress(text="Hel"), progress(text="lo")], [progress(text="Hello")]),
        ([progress(text="Hel"), progress(done=2)], [progress(text="Hel"), progress(done=2)]),
        ([progress(done=1), lines(0, "a"), progress(done=2)], [progress(done=1), lines(0, "a"), progress(done=2)]),
        ([], []),
    ],
)
def test_what_says_the_same_becomes_one_message(entries, said) -> None:
    assert joined(entries) == said


def test_all_lines_of_a_log_are_heard_with_their_numbers_up_to_its_limit() -> None:
    sent: list[Entry] = []
    courier = Courier(send=lambda texts: sent.extend(entry for entries in texts.values() for entry in entries))
    voice, log = Voice("j", dict(FACTS), courier, seq=lambda: 7), StepLog()
    log.add("of an earlier attempt")
    log.listener = voice.lines

    for number in range(20_000):
        log.add(f"line {number} of a script that prints a lot")
    courier.flush("j")

    heard = [line for entry in sent for line in entry.data["lines"]]
    assert sent[0].data["first"] == 1
    assert heard == log.text().split("\n")[1:]
    assert heard[-1].startswith("… the log was cut")
    assert all(entry.seq == 7 for entry in sent)


def test_progress_that_is_too_large_or_too_long_is_not_sent() -> None:
    sent: list[Entry] = []
    courier = Courier(send=lambda texts: sent.extend(entry for entries in texts.values() for entry in entries))
    voice = Voice("j", dict(FACTS), courier, seq=lambda: 7)

    voice.progress({"text": "x" * 20_000})
    for _ in range(100):
        voice.progress({"text": "y" * 10_000})
    courier.flush("j")

    assert 100_000 < sum(len(entry.data["text"]) for entry in sent) <= 256_000


def test_text_stands_between_the_events_that_it_came_between() -> None:
    events = [(4, {"type": "step.started"}), (5, {"type": "step.completed"}), (6, {"type": "job.completed"})]
    texts = [
        lines(0, "early", seq=2, position="1-0"),
        lines(1, "a", seq=4, position="2-0"),
        lines(2, "b", seq=4, position="3-0"),
        lines(3, "of events not read yet", seq=8, position="4-0"),
        lines(4, "and what follows that", seq=5, position="5-0"),
    ]
    place = stream._Place(uuid4(), 3, live.START)

    frames = list(stream._merged(place, events, texts))

    kinds = [frame.decode().split("event: ")[1].split("\n")[0] for frame in frames]
    assert kinds == ["step.log", "step.started", "step.log", "step.log", "step.completed", "job.completed"]
    assert [frame.startswith(b"id: ") for frame in frames] == [False, True, False, False, True, True]
    assert (place.seq, place.text, place.over) == (6, "3-0", True)


@pytest.mark.parametrize(
    ("log", "heard", "shown"),
    [
        ("", {0: "a", 1: "b"}, "a\nb"),
        ("a\nb", {0: "a", 1: "b", 2: "c"}, "a\nb\nc"),
        ("a", {3: "d"}, f"a\n{logs._MISSING}\nd"),
        ("a", {}, "a"),
    ],
)
def test_a_log_goes_on_with_what_was_heard(log, heard, shown) -> None:
    assert logs._continued(log, heard) == shown


def test_of_a_long_log_whole_lines_of_its_end_are_shown() -> None:
    log = "\n".join(f"line {number}" for number in range(5000))

    shown, first = logs.end_of(log)

    assert len(shown) <= logs.SHOWN_CHARACTERS
    assert shown == "\n".join(log.split("\n")[first:])
    assert logs.end_of("short") == ("short", 0)
    assert len(logs.end_of("x" * 50_000)[0]) == logs.SHOWN_CHARACTERS
