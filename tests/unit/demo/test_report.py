"""The table of `manage.py demo run`."""

from __future__ import annotations

from workers.demo import report

GOOD = report.Line("order-pricing", "a small order", "SUCCESS", "SUCCESS", [])
BAD = report.Line("etl", "two rows", "SUCCESS", "FAILED", ["it ended as FAILED"])


def test_all_good() -> None:
    assert GOOD.text(width=30) == "✓ order-pricing: a small order    SUCCESS  → SUCCESS"
    assert report.sum_of([GOOD, GOOD]).strip() == "All 1 examples did what they promise, in 2 cases."
    assert report.code_of([GOOD]) == 0


def test_one_that_differs() -> None:
    assert BAD.text(width=0).splitlines()[1] == "    it ended as FAILED"
    assert report.sum_of([GOOD, BAD]).strip() == "1 of 2 cases differ from what the examples promise."
    assert report.code_of([GOOD, BAD]) == 1
