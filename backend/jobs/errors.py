"""What can be wrong with a request about jobs."""

from __future__ import annotations

from backend.common.errors import Conflict


class IllegalTransition(Conflict):
    """The job is not in a state that allows this."""

    error = "illegal transition"


class WorkflowDisabled(Conflict):
    """The workflow is switched off. Enable it to start jobs."""

    error = "Workflow disabled"
