"""Puts the examples into an installation, with connectors and secrets that lead to the stand-ins."""

from __future__ import annotations

from collections.abc import Mapping

from backend.accounts.actor import Actor
from backend.common.json import JSON
from backend.connectors import selectors
from backend.connectors.services.connectors import connector_create, connector_update
from backend.connectors.services.secrets import secret_set
from backend.workflows.format import yaml
from workers.demo.cases import EXAMPLES

_FILE = EXAMPLES / "stand_ins" / "connectors.yaml"


def seed(actor: Actor, places: Mapping[str, JSON]) -> None:
    """Secrets and connectors, made or brought up to date: the stand-ins may have moved."""
    given = yaml.load(_FILE.read_text(encoding="utf-8"))
    for secret in given["secrets"]:
        values = {"description": secret["description"]}
        secret_set(actor, key=secret["key"], value=secret["value"], values=values)
    there = {row.slug: row for row in selectors.connectors(actor.organization)}
    for connector in given["connectors"]:
        values = {**connector, "config": filled(connector["config"], places)}
        if connector["slug"] in there:
            connector_update(there[connector["slug"]], values=values)
        else:
            connector_create(actor, values=values)


def filled(value: JSON, places: Mapping[str, JSON]) -> JSON:
    """With the places put in; a text that is one placeholder keeps the place's type."""
    if isinstance(value, Mapping):
        return {key: filled(one, places) for key, one in value.items()}
    if not isinstance(value, str):
        return value
    for name, place in places.items():
        if value == f"{{{name}}}":
            return place
        value = value.replace(f"{{{name}}}", str(place))
    return value
