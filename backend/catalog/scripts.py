"""What all steps that run code have in common."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backend.catalog.steps import PACKAGES_PENDING, Answer, Result, ScriptRequest, StepContext, StepFailed, Wait

_LOOK_AGAIN = timedelta(seconds=5)


def run_or_wait(context: StepContext, request: ScriptRequest) -> Answer:
    """The code's result; or a wait, without a worker, as long as its packages are being installed."""
    try:
        return Result(context.run_script(request))
    except StepFailed as failure:
        if failure.error_type != PACKAGES_PENDING:
            raise
        return Wait(failure.message, until=datetime.now(UTC) + _LOOK_AGAIN)
