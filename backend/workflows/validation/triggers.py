"""Triggers, as far as they speak of the steps."""

from __future__ import annotations

from collections.abc import Mapping

from backend.common.json import JSON
from backend.workflows import starting
from backend.workflows.validation.report import Findings
from backend.workflows.validation.subject import Subject


def check(subject: Subject, findings: Findings) -> None:
    """Notes triggers with the same id, and those that start where no job can."""
    raw = subject.document.get("triggers")
    seen: set[str] = set()
    for index, trigger in enumerate(raw if isinstance(raw, list) else []):
        if not isinstance(trigger, dict):
            continue
        id_, path = trigger.get("id"), f"triggers[{index}]"
        if isinstance(id_, str) and id_ in seen:
            message = f"Two triggers have the id “{id_}”."
            findings.error("duplicate_id", message, path=f"{path}.id", hint="Give one of them another id.")
        if isinstance(id_, str):
            seen.add(id_)
        _check_start(trigger, f"{path}.start_at", subject, findings)


def _check_start(trigger: Mapping[str, JSON], path: str, subject: Subject, findings: Findings) -> None:
    step = trigger.get("start_at")
    if not isinstance(step, str):
        return
    if step not in subject.graph.nodes:
        message = f"The trigger “{trigger.get('id')}” starts at the step “{step}”, which does not exist."
        hint = findings.suggest(step, subject.graph.nodes) or "Name a step of this workflow, or remove it."
        findings.error("unknown_step", message, path=path, hint=hint)
    elif fault := starting.fault_of(subject.document, step):
        findings.error(fault.code, fault.message, path=path, hint=fault.hint)
