"""Looks through the tables of a database connector, for people who write queries."""

from __future__ import annotations

from django.conf import settings

from backend.catalog.connectors import Browsable, Outside
from backend.catalog.steps import StepFailed
from backend.common.egress import EgressPolicy
from backend.common.json import JSON
from backend.common.masking import Masker, masking
from backend.connectors import opening
from backend.connectors.errors import Unusable
from backend.connectors.models import Connector


def connector_tables(row: Connector) -> list[dict[str, JSON]]:
    """Tables and views with their columns. Raises Unusable with what is wrong."""
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
