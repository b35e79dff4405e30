"""Where a job may begin: at the top, in the flow, and nowhere else."""

from __future__ import annotations

import pytest

from backend.workflows.documents import report
from backend.workflows.starting import fault_of
from tests.unit.workflows.helpers import loop, script

STEPS = [script("book", compensate="cancel"), script("cancel"), loop("each"), script("inside", parent="each")]


@pytest.mark.parametrize(
    ("step", "code", "said"),
    [
        ("boook", "unknown_step", "no step “boook”"),
        ("inside", "scope", "runs inside “each”"),
        ("cancel", "compensation", "only undoes “book”"),
    ],
)
def test_where_no_job_can_start_is_said_with_a_cure(step, code, said):
    fault = fault_of({"steps": STEPS}, step)

    assert fault is not None
    assert (fault.code, fault.path) == (code, "start_at")
    assert said in fault.message
    assert fault.hint
    trigger = {"id": "t", "type": "webhook", "start_at": step}
    found = [one for one in report({"steps": STEPS, "triggers": [trigger]}).errors if one.path.startswith("triggers")]
    assert [(one.code, one.path) for one in found] == [(code, "triggers[0].start_at")]


@pytest.mark.parametrize("step", ["book", "each"])
def test_a_step_in_the_flow_is_a_place_to_start(step):
    assert fault_of({"steps": STEPS}, step) is None
