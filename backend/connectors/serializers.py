"""The shapes of connectors, secrets and variables at the API. No shape has a place for a secret's value."""

from __future__ import annotations

import inspect
import re
from typing import Any

from rest_framework import serializers

from backend.catalog.connectors import ConnectorType, TestResult
from backend.common.json import JSON
from backend.common.serializers import StrictSerializer
from backend.common.times import iso
from backend.connectors import forms
from backend.connectors.models import Connector, Secret, Variable

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _check_slug(slug: str) -> None:
    if slug and not _SLUG.fullmatch(slug):
        raise serializers.ValidationError("Use lower-case letters, digits, hyphens and underscores.")


def _check_key(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise serializers.ValidationError("A key is made of letters, digits and underscores, and begins with no digit.")


class ConnectorChanges(StrictSerializer):
    """`PATCH /api/connectors/{id or slug}/`."""

    name = serializers.CharField(max_length=120)
    slug = serializers.CharField(max_length=60, required=False, validators=[_check_slug])
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)
    config = serializers.DictField(help_text="As the type's schema says; secret fields that are left out stay.")


class ConnectorInput(ConnectorChanges):
    """`POST /api/connectors/`."""

    slug = serializers.CharField(
        max_length=60, required=False, allow_blank=True, validators=[_check_slug], help_text="Made from the name."
    )
    type = serializers.CharField(max_length=40)


class ConnectorCandidate(StrictSerializer):
    """`POST /api/connectors/test/`: settings that are not saved; secrets that are missing come from `connector`."""

    type = serializers.CharField(max_length=40)
    config = serializers.DictField()
    connector = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class SecretChanges(StrictSerializer):
    """`PATCH /api/secrets/{id or key}/`."""

    value = serializers.CharField(max_length=50_000, trim_whitespace=False, write_only=True)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)
    allowed_hosts = serializers.ListField(
        child=serializers.CharField(max_length=253), max_length=100, required=False, help_text="Empty: any host."
    )


class SecretInput(SecretChanges):
    """`POST /api/secrets/`."""

    key = serializers.CharField(max_length=100, validators=[_check_key])


class VariableChanges(StrictSerializer):
    """`PATCH /api/variables/{id or key}/`."""

    key = serializers.CharField(max_length=100, validators=[_check_key])
    value = serializers.JSONField(allow_null=True)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)


def connector_type_shown(kind: type[ConnectorType[Any]]) -> dict[str, JSON]:
    """A connector type, for the choice of types and its form."""
    return {
        "type": kind.type,
        "family": kind.family,
        "label": kind.label,
        "icon": kind.icon,
        "help": inspect.cleandoc(kind.__doc__ or ""),
        "config_schema": forms.schema_of(kind),
    }


def connector_shown(row: Connector, *, used_by: list[JSON]) -> dict[str, JSON]:
    """A connector; of its secrets only which are set."""
    kind = ConnectorType.registry.get(row.type) if row.type in ConnectorType.registry else None
    return {
        "id": str(row.pk),
        "name": row.name,
        "slug": row.slug,
        "description": row.description,
        "type": row.type,
        "family": kind.family if kind else "",
        "config": forms.shown(kind, row.config),
        "secrets": {path: {"set": True, "hint": hint} for path, hint in row.hints.items()},
        "missing": forms.missing_secrets(kind, row.hints) if kind else [],
        "last_used": iso(row.last_used_at),
        "last_test": _last_test(row),
        "used_by": used_by,
        "created_at": iso(row.created_at),
        "updated_at": iso(row.updated_at),
    }


def _last_test(row: Connector) -> JSON:
    if row.tested_at is None:
        return None
    return {"ok": row.test_ok, "message": row.test_message, "at": iso(row.tested_at)}


def test_result_shown(result: TestResult) -> dict[str, JSON]:
    """What a test found."""
    return {"ok": result.ok, "message": result.message, "hint": result.hint, "details": dict(result.details)}


def secret_shown(row: Secret, *, used_by: list[JSON]) -> dict[str, JSON]:
    """A secret, without its value."""
    return {
        "id": str(row.pk),
        "key": row.key,
        "description": row.description,
        "set": bool(row.sealed),
        "hint": row.hint,
        "allowed_hosts": row.allowed_hosts,
        "changed_at": iso(row.changed_at),
        "last_used": iso(row.last_used_at),
        "used_by": used_by,
        "created_at": iso(row.created_at),
        "updated_at": iso(row.updated_at),
    }


def variable_shown(row: Variable, *, used_by: list[JSON]) -> dict[str, JSON]:
    """A variable with its value."""
    return {
        "id": str(row.pk),
        "key": row.key,
        "value": row.value,
        "description": row.description,
        "used_by": used_by,
        "created_at": iso(row.created_at),
        "updated_at": iso(row.updated_at),
    }
