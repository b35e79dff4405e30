"""Finds everything that is wrong with a workflow, all at once, each with its place and its cure."""

from __future__ import annotations

from typing import Any

from backend.catalog.registry import Registry
from backend.catalog.steps import StepType
from backend.common.json import JSON
from backend.workflows.validation import (
    advice,
    code,
    configs,
    edges,
    names,
    outputs,
    shape,
    triggers,
    types,
    workflows,
)
from backend.workflows.validation.report import Findings, Report

__all__ = ["Report", "validate"]


def validate(
    document: JSON, *, catalog: Registry[StepType[Any]] | None = None, known: workflows.Known | None = None
) -> Report:
    """Judges a document in its one spelling; see `format.aliases.normalise` for the others.

    With the workflows that are `known`, those that it names are looked up.
    """
    findings = Findings()
    subject = shape.read(document, StepType.registry if catalog is None else catalog, findings)
    for part in (triggers, configs, edges, outputs, names, code, types, advice):
        part.check(subject, findings)
    if known is not None:
        workflows.check(subject, findings, known)
    return findings.report()
