"""Looks through the tables of a database connector, for people who write queries."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings

from backend.catalog.connectors import Browsable, Outside
from backend.catalog.steps import StepFailed
from backend.common.egress import EgressPolicy
from backend.common.json import JSON
from backend.common.masking import Masker, masking
from backend.connectors import errands, opening
from backend.connectors.errors import Unusable
from backend.connectors.models import Connector

TABLES = "tables"  # kind of an errand


def connector_tables(row: Connector) -> JSON:
    """Tables and views with their columns. Raises Unusable with what is wrong."""
    return errands.ask(row.organization_id, TABLES, connector=row)


def do_tables(_organization_id: UUID, row: Connector | None, _known: Mapping[str, JSON]) -> JSON:
    """The errand, in the worker."""
    if row is None:
        raise Unusable("The connector does not exist any more.")
    opened = opening.row_open(row, family="database")
    outside = Outside(EgressPolicy.from_words(settings.STEPGRAPH_EGRESS_ALLOW))
    masker = Masker(opened.secrets)
    with masking(masker):
        database = opened.instance(outside)
        if not isinstance(database, Browsable):
            raise Unusable(f"The connector “{row.slug}” has no tables to look through.")
        try:
            return database.tables()
        except StepFailed as failure:
            raise Unusable(masker.text(f"{failure.message} {failure.hint}".strip())) from failure
