"""Warnings: what is allowed, but perhaps not meant."""

from __future__ import annotations

from collections.abc import Mapping

from backend.catalog.approvals import APPROVED, REJECTED
from backend.catalog.steps import DONE, NEXT, SKIPPED
from backend.workflows.format.schema import config_schema
from backend.workflows.graph import Ref
from backend.workflows.validation.report import Findings
from backend.workflows.validation.subject import Kind, Place, Subject

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})


def check(subject: Subject, findings: Findings) -> None:
    """Notes what looks like an oversight."""
    known = subject.by_id
    for place in subject.places:
        _check_branches(place, subject, findings)
        _check_limit(place, findings)
        _check_retries(place, findings)
        _check_disabled(place, known, findings)
        _check_decision(place, known, findings)


def _check_branches(place: Place, subject: Subject, findings: Findings) -> None:
    step, graph = place.step, subject.graph
    if place.kind is not None and place.kind.container and not graph.scopes.get(step.id):
        message = f"There are no steps in “{step.label}”."
        findings.warn("empty_branch", message, path=place.path(), step=step.id, hint="Put steps in it, or remove it.")
    used = {ref.port for id_ in graph.dependents[step.id] for ref in graph.nodes[id_].after if ref.step == step.id}
    for port in place.ports:
        if port not in used:
            message = f"Nothing follows the branch “{port}” of “{step.label}”."
            hint = "Connect a step to it if something should happen then."
            findings.warn("empty_branch", message, path=place.path(), step=step.id, hint=hint)


def _check_limit(place: Place, findings: Findings) -> None:
    config = place.step.config
    if place.kind is not None and place.kind.container and config.get("while") and "max_iterations" not in config:
        message = f"“{place.step.label}” repeats as long as its condition holds, and sets no limit of its own."
        findings.warn("no_limit", message, path=place.path("config"), step=place.step.id, hint="Set “max_iterations”.")


def _check_retries(place: Place, findings: Findings) -> None:
    step = place.step
    if place.kind is None or not step.retry or not step.retry.retries or step.idempotent is not None:
        return
    if _has_outside_effect(place, place.kind):
        message = f"“{step.label}” is tried again after a failure, and may then do its work twice."
        hint = "Set “idempotent” to true if that does no harm, to false if you accept it."
        findings.warn("retry_not_idempotent", message, path=place.path("retry"), step=step.id, hint=hint)


def _has_outside_effect(place: Place, kind: Kind) -> bool:
    config = place.step.config
    if kind.is_pure(config) or kind.container:
        return False
    fields = config_schema(kind)["properties"]
    if "code" in fields and not config.get("network"):
        return False  # in a sandbox without network nothing outside is touched
    if "method" in fields:
        method = config.get("method", fields["method"].get("default"))
        return str(method).upper() not in _SAFE_METHODS
    return True


def _check_disabled(place: Place, known: Mapping[str, Place], findings: Findings) -> None:
    for number, text in enumerate(place.step.after):
        ref = Ref.parse(text)
        target = known.get(ref.step)
        if target is not None and not target.step.enabled and ref.port not in {NEXT, DONE, SKIPPED}:
            message = f"“{target.step.label}” is disabled, so its port “{ref.port}” is never taken."
            hint = f"Enable it, or wait for “{ref.step}” without a port."
            path = place.path(f"after[{number}]")
            findings.warn("disabled", message, path=path, step=place.step.id, hint=hint)


def _check_decision(place: Place, known: Mapping[str, Place], findings: Findings) -> None:
    """A rejection is an answer as well, after which the flow goes on; a condition may be there to look at it."""
    for number, text in enumerate(place.step.after):
        ref = Ref.parse(text)
        target = known.get(ref.step)
        if target is None or ref.port != NEXT or REJECTED not in target.ports or place.step.type == "condition":
            continue
        message = f"“{place.step.label}” starts whatever is decided at “{target.step.label}”, after a rejection, too."
        hint = f"If it is for approvals alone, let it follow “{ref.step}.{APPROVED}”."
        findings.warn("any_decision", message, path=place.path(f"after[{number}]"), step=place.step.id, hint=hint)
