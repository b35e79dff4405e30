"""Whether and when a failed step is tried again. Pure: the dice are passed in."""

from __future__ import annotations

from collections.abc import Callable

from backend.catalog.steps import StepFailed
from backend.workflows.format import Retry


def next_delay(policy: Retry | None, error: StepFailed, *, failures: int, random: Callable[[], float]) -> float | None:
    """Seconds until the next try after `failures` failed ones, or None when there is none.

    `retries` counts the additional tries. A Retry-After of the other side is honoured even beyond the longest wait.
    """
    if policy is None or failures > policy.retries or not _may_help(policy, error):
        return None
    delay = min(_grown(policy, failures), policy.max_delay)
    if policy.jitter:
        delay *= 0.5 + random() / 2
    return max(delay, error.retry_after or 0.0)


def _grown(policy: Retry, failures: int) -> float:
    if policy.backoff == "fixed":
        return policy.delay
    if policy.backoff == "linear":
        return policy.delay * failures
    return float(policy.delay * policy.factor ** min(failures - 1, 64))


def _may_help(policy: Retry, error: StepFailed) -> bool:
    if error.error_type in policy.not_on:
        return False
    return error.error_type in policy.on if policy.on else error.retryable
