"""Other workflows that a document names. They may be made later, in any order, so what is not there is a warning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backend.workflows.validation.report import Findings
from backend.workflows.validation.subject import Subject

Known = Mapping[str, bool]
"""The slugs that exist, and whether each is published."""


def check(subject: Subject, findings: Findings, known: Known) -> None:
    """Warns of workflows that could not be started now."""
    for slug, path, step in _named(subject):
        if slug not in known:
            hint = findings.suggest(slug, known) or "Make it, or name another one, before this workflow runs."
            findings.warn("unknown_workflow", f"There is no workflow “{slug}”.", path=path, step=step, hint=hint)
        elif not known[slug]:
            message = f"The workflow “{slug}” is not published, so it cannot be started from here."
            findings.warn("unpublished_workflow", message, path=path, step=step, hint="Publish it.")


def _named(subject: Subject) -> Iterator[tuple[str, str, str | None]]:
    settings = subject.document.get("settings")
    slug = settings.get("error_workflow") if isinstance(settings, dict) else None
    if isinstance(slug, str) and slug:
        yield slug, "settings.error_workflow", None
    for place in subject.places:
        for mark in place.marked:
            if mark.kind == "workflow" and isinstance(mark.value, str) and mark.value:
                yield mark.value, place.path(f"config.{mark.path}"), place.step.id
