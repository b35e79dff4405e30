"""Tries connections for people who set them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from django.conf import settings

from backend.accounts.models import Organization
from backend.catalog.connectors import ConnectorType, Outside, TestResult
from backend.common import crypto
from backend.common.egress import EgressPolicy
from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.common.masking import Masker, masking
from backend.connectors import forms, opening, sealing
from backend.connectors.errors import Unusable
from backend.connectors.models import Connector

logger = structlog.get_logger(__name__)


def connector_test(row: Connector) -> TestResult:
    """What a test of a stored connector finds."""
    try:
        return _tested(opening.row_open(row))
    except Unusable as error:
        return TestResult(ok=False, message=error.detail)


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
    try:
        return _tested(opening.opened(kind, public, secrets, organization_id=organization.pk, slug="test"))
    except Unusable as error:
        return TestResult(ok=False, message=error.detail)


def _stored(saved: Connector | None, kind: type[ConnectorType[Any]], public: Mapping[str, JSON]) -> dict[str, str]:
    """The saved secrets, as long as they would go where they went before."""
    if saved is None or saved.type != kind.type or saved.target != kind.target(public):
        return {}
    try:
        return sealing.open_connector(saved)
    except crypto.Undecryptable:
        return {}


def _tested(opened: opening.Opened) -> TestResult:
    masker = Masker(opened.secrets)
    outside = Outside(EgressPolicy.from_words(settings.STEPGRAPH_EGRESS_ALLOW))
    with masking(masker):
        try:
            result = opened.instance(outside).test()
        except Exception as error:
            logger.exception("connector test crashed", type=opened.kind.type)
            result = TestResult(ok=False, message=f"The test itself failed: {type(error).__name__}: {error}")
    return replace(result, message=masker.text(result.message), hint=masker.text(result.hint))
