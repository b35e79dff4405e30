"""What is valid and may not be meant."""

from __future__ import annotations

import pytest

from backend.workflows.documents import report
from tests.unit.workflows.helpers import condition, loop, output, script, warned


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ([condition("c"), script("a", after=["c.true"])], {("empty_branch", "c")}),
        ([loop("l")], {("empty_branch", "l")}),
        ([loop("l", config={"while": "true"}), script("a", parent="l")], {("no_limit", "l")}),
        (
            [{"id": "a", "type": "api", "config": {"method": "POST", "url": "http://x"}, "retry": {"retries": 2}}],
            {("retry_not_idempotent", "a")},
        ),
        ([{"id": "a", "type": "api", "config": {"method": "GET", "url": "http://x"}, "retry": {"retries": 2}}], set()),
        ([script("a", retry={"retries": 2})], set()),
        ([script("a", retry={"retries": 2}, config={"code": "1", "network": True})], {("retry_not_idempotent", "a")}),
        ([script("a", retry={"retries": 2}, config={"code": "1", "network": True}, idempotent=True)], set()),
        (
            [condition("c", enabled=False), script("a", after=["c.true"]), script("b", after=["c.false"])],
            {("disabled", "a"), ("disabled", "b")},
        ),
        ([script("c", enabled=False), script("a", after=["c"])], set()),
    ],
)
def test_oversights_are_warnings(steps, wanted):
    assert report({"steps": steps}).errors == ()
    assert warned(*steps) == wanted


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ([script("a"), output("b", {"x": "a"}, after=["a.error"])], {("skipped_only", "b")}),
        ([script("a"), output("b", {"x": "a"}, after=["a.skipped"])], {("skipped_only", "b")}),
        ([script("a", on_error={"fallback": 1}), output("b", {"x": "a"}, after=["a.error"])], set()),
        ([script("a"), output("b", {"x": "a"}, after=["a.done"])], set()),
        ([script("a"), output("b", {"x": "errors.a.message"}, after=["a.error"])], set()),
        ([script("a", output="v"), script("b", output="v", after=["a"])], {("overwritten", "b")}),
    ],
)
def test_what_may_not_be_meant(steps, wanted):
    assert warned(*steps) == wanted


def test_workflows_that_are_named_and_not_there_are_warnings_where_they_are_known():
    steps = [
        {"id": id_, "type": "subflow", "config": {"workflow": slug}}
        for id_, slug in {"a": "enrich", "b": "enrch", "c": "draft"}.items()
    ]
    document = {"steps": steps, "settings": {"error_workflow": "gone"}}

    judged = report(document, known={"enrich": True, "draft": False})

    assert judged.is_valid
    assert {(p.code, p.step, p.path) for p in judged.warnings} >= {
        ("unknown_workflow", "b", "steps[1].config.workflow"),
        ("unpublished_workflow", "c", "steps[2].config.workflow"),
        ("unknown_workflow", None, "settings.error_workflow"),
    }
    assert next(p.hint for p in judged.warnings if p.step == "b") == "Did you mean “enrich”?"
    assert not any("workflow" in p.code for p in report(document).warnings)


@pytest.mark.parametrize(
    ("follower", "warned_of"),
    [
        (script("pay", after=["ask"]), True),
        (script("pay", after=["ask.approved"]), False),
        (script("pay", after=["ask.done"]), False),
        (condition("pay", "ask.decision == 'approved'", after=["ask"]), False),
    ],
)
def test_what_follows_an_approval_whatever_was_decided(follower, warned_of):
    ask = {"id": "ask", "type": "approval", "config": {"message": "Pay?"}}

    assert (("any_decision", "pay") in warned(ask, follower)) is warned_of
