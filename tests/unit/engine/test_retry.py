"""Retries: how often, how long, for which errors."""

from __future__ import annotations

import pytest

from backend.catalog.steps import StepFailed
from backend.workflows.format import Retry
from workers.engine.flow.retry import next_delay

PASSING = StepFailed("unreachable", error_type="network", retryable=True)


def delays(policy: Retry, error: StepFailed = PASSING, *, tries: int = 8) -> list[float]:
    found = []
    for failures in range(1, tries):
        delay = next_delay(policy, error, failures=failures, random=lambda: 1.0)
        if delay is None:
            break
        found.append(delay)
    return found


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"retries": 3, "backoff": "fixed", "delay": 2.0}, [2.0, 2.0, 2.0]),
        ({"retries": 3, "backoff": "linear", "delay": 2.0}, [2.0, 4.0, 6.0]),
        ({"retries": 3, "backoff": "exponential", "delay": 1.0}, [1.0, 2.0, 4.0]),
        ({"retries": 4, "delay": 0.1, "max_delay": 0.3}, [0.1, 0.2, 0.3, 0.3]),
        ({"retries": 0}, []),
    ],
)
def test_delays_grow_as_the_policy_says(policy, expected) -> None:
    assert delays(Retry(jitter=False, **policy)) == pytest.approx(expected)


def test_without_a_policy_nothing_is_tried_again() -> None:
    assert next_delay(None, PASSING, failures=1, random=lambda: 1.0) is None


def test_an_error_that_cannot_pass_is_not_tried_again() -> None:
    assert delays(Retry(retries=3), StepFailed("wrong", error_type="validation")) == []


def test_retry_after_is_honoured_beyond_the_longest_wait() -> None:
    error = StepFailed("slow down", error_type="http_429", retryable=True, retry_after=90.0)

    assert delays(Retry(retries=1, max_delay=30.0, jitter=False), error) == [90.0]


def test_jitter_spreads_between_half_and_whole() -> None:
    policy = Retry(retries=1, delay=10.0, jitter=True)

    assert next_delay(policy, PASSING, failures=1, random=lambda: 0.0) == 5.0
    assert next_delay(policy, PASSING, failures=1, random=lambda: 1.0) == 10.0


def test_lists_of_error_types_win_over_the_default() -> None:
    validation = StepFailed("wrong", error_type="validation")

    assert delays(Retry(retries=1, on=["validation"], jitter=False), validation) == [1.0]
    assert delays(Retry(retries=1, on=["validation"]), PASSING) == []
    assert delays(Retry(retries=1, not_on=["network"]), PASSING) == []
