"""Tries connections for people who set them up; a worker does it, since only workers have the way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings

from backend.accounts.models import Organization
from backend.catalog.connectors import ConnectorType, Outside, TestResult
from backend.common import crypto
from backend.common.egress import EgressPolicy
from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.common.masking import Masker, masking
from backend.connectors import errands, forms, opening, sealing
from backend.connectors.errors import NoWorker, Unusable
from backend.connectors.models import Connector

logger = structlog.get_logger(__name__)

SAVED, CANDIDATE = "test", "candidate"  # kinds of errands


def connector_test(row: Connector) -> TestResult:
    """What a test of a stored connector finds."""
    return _asked(row.organization_id, SAVED, connector=row)


def candidate_test(
    organization: Organization, *, kind: type[ConnectorType[Any]], config: Mapping[str, JSON], saved: Connector | None
) -> TestResult:
    """What a test of unsaved settings finds; secrets that were not entered again are those of the saved connector.

    Raises Invalid with every problem of the settings.
    """
    public, new = forms.split(kind, config)
    secrets = forms.merged(new, _stored(saved, kind, public))
    found = forms.problems(kind, forms.joined(kind, public, secrets))
    if found:
        raise Invalid("The connector's settings are not valid.", problems=found)
    return _asked(organization.pk, CANDIDATE, type=kind.type, public=public, secrets=secrets)


def _asked(organization_id: UUID, kind: str, *, connector: Connector | None = None, **known: JSON) -> TestResult:
    try:
        found = errands.ask(organization_id, kind, connector=connector, **known)
    except (NoWorker, Unusable) as error:
        return TestResult(ok=False, message=error.detail)
    return TestResult(found["ok"], found["message"], found["hint"], found["details"])


def _stored(saved: Connector | None, kind: type[ConnectorType[Any]], public: Mapping[str, JSON]) -> dict[str, str]:
    """The saved secrets, as long as they would go where they went before."""
    if saved is None or saved.type != kind.type or saved.target != kind.target(public):
        return {}
    try:
        return sealing.open_connector(saved)
    except crypto.Undecryptable:
        return {}


# --- in the worker --------------------------------------------------------------------------------------------------


def do_saved(_organization_id: UUID, row: Connector | None, _known: Mapping[str, JSON]) -> JSON:
    """The errand of testing a stored connector."""
    if row is None:
        raise Unusable("The connector does not exist any more.")
    return _tested(opening.row_open(row))


def do_candidate(organization_id: UUID, _row: Connector | None, known: Mapping[str, JSON]) -> JSON:
    """The errand of testing settings that are not saved."""
    kind = ConnectorType.registry.get(known["type"])
    return _tested(
        opening.opened(kind, known["public"], known["secrets"], organization_id=organization_id, slug="test")
    )


def _tested(opened: opening.Opened) -> JSON:
    masker = Masker(opened.secrets)
    outside = Outside(EgressPolicy.from_words(settings.STEPGRAPH_EGRESS_ALLOW))
    with masking(masker):
        try:
            result = opened.instance(outside).test()
        except Exception as error:
            logger.exception("connector test crashed", type=opened.kind.type)
            result = TestResult(ok=False, message=f"The test itself failed: {type(error).__name__}: {error}")
    shown = replace(result, message=masker.text(result.message), hint=masker.text(result.hint))
    return {
        "ok": shown.ok,
        "message": shown.message,
        "hint": shown.hint,
        "details": masker.value(dict(result.details)),
    }
