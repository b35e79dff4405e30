"""Triggers, as far as they speak of the steps."""

from __future__ import annotations

from backend.workflows.validation.report import Findings
from backend.workflows.validation.subject import Subject


def check(subject: Subject, findings: Findings) -> None:
    """Notes triggers with the same id, and those that start at a step that does not exist."""
    raw = subject.document.get("triggers")
    seen: set[str] = set()
    for index, trigger in enumerate(raw if isinstance(raw, list) else []):
        if not isinstance(trigger, dict):
            continue
        id_, start_at = trigger.get("id"), trigger.get("start_at")
        if isinstance(id_, str) and id_ in seen:
            message = f"Two triggers have the id “{id_}”."
            findings.error("duplicate_id", message, path=f"triggers[{index}].id", hint="Give one of them another id.")
        if isinstance(id_, str):
            seen.add(id_)
        if isinstance(start_at, str) and start_at not in subject.graph.nodes:
            findings.error(
                "unknown_step",
                f"The trigger “{id_}” starts at the step “{start_at}”, which does not exist.",
                path=f"triggers[{index}].start_at",
                hint=findings.suggest(start_at, subject.graph.nodes) or "Name a step of this workflow, or remove it.",
            )
