"""Looks at every address of the system, and makes one of everything that an organisation can own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import models
from django.db.models.fields import NOT_PROVIDED
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from backend.accounts.models import Organization

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


@dataclass(frozen=True)
class Route:
    """One line of the route table."""

    path: str
    view: Any

    def __str__(self) -> str:
        return self.path

    @property
    def owner(self) -> Any:
        """The class of the view, or the function."""
        return getattr(self.view, "cls", None) or getattr(self.view, "view_class", None) or self.view

    @property
    def name(self) -> str:
        """Where the view is written."""
        return f"{self.owner.__module__}.{self.owner.__qualname__}"

    @property
    def permissions(self) -> Mapping[str, str]:
        """What the view declares."""
        return getattr(self.owner, "permissions", {})

    @property
    def is_function(self) -> bool:
        """Whether the view is a plain function, which does not say its methods."""
        return not isinstance(self.owner, type)

    @property
    def implemented(self) -> set[str]:
        """The methods that the class has code for."""
        if self.is_function:
            return set(self.permissions)
        return {name.upper() for name in self.owner.http_method_names if hasattr(self.owner, name)} - {"HEAD"}

    @property
    def has_parameters(self) -> bool:
        """Whether the address names a thing."""
        return bool(_PARAMETER.search(self.path))

    def address(self, reference: str) -> str:
        """The address of the thing with this id, slug or token."""

        def value(found: re.Match[str]) -> str:
            return "1" if found["kind"] == "int" else reference

        return "/" + _PARAMETER.sub(value, self.path)

    def matches(self, address: str) -> bool:
        """Whether this address is answered by this route."""
        return get_resolver().resolve(address).func is self.view


def all_routes() -> list[Route]:
    """Every line of `backend.urls`, included ones too."""
    return list(_routes(get_resolver().url_patterns, prefix=""))


def _routes(patterns: list[Any], *, prefix: str) -> Iterator[Route]:
    for entry in patterns:
        path = prefix + _text(entry)
        if isinstance(entry, URLResolver):
            yield from _routes(entry.url_patterns, prefix=path)
        elif isinstance(entry, URLPattern):
            yield Route(path=path, view=entry.callback)


def _text(entry: Any) -> str:
    # Of a regular expression only an example could be called: ours is the page of the editor.
    route = getattr(entry.pattern, "_route", None)
    return str(route) if route is not None else ""


def owned_models() -> list[type[models.Model]]:
    """Every model that belongs to an organisation, directly."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("backend.")]
    return [model for model in ours if "organization" in {field.name for field in model._meta.fields}]


def make_any(model: type[models.Model], *, organization: Organization, identity: UUID | None = None) -> models.Model:
    """A row of any model, its required fields filled with something unique that fits.

    With an `identity`, the row is known by it: rows of several models can then be asked for at one address.
    """
    values: dict[str, Any] = {}
    if identity is not None:
        values = {field.name: text for field in model._meta.concrete_fields if (text := _name(field, identity))}
    for field in model._meta.concrete_fields:
        # Numbers are given although they may be null: a row may have to have one of several limits.
        wanted = isinstance(field, models.IntegerField | models.FloatField | models.DecimalField)
        optional = (
            (field.null and not wanted) or field.default is not NOT_PROVIDED or getattr(field, "auto_now_add", False)
        )
        if not (optional or field.primary_key or getattr(field, "auto_now", False) or field.name in values):
            values[field.name] = _value(field, organization=organization)
    return model._default_manager.create(**values)


def _name(field: models.Field[Any, Any], identity: UUID) -> UUID | str | None:
    if isinstance(field, models.UUIDField) and field.primary_key:
        return identity
    return f"x{identity.hex}"[: field.max_length] if field.name in {"slug", "token"} else None


def _value(field: models.Field[Any, Any], *, organization: Organization) -> Any:
    if isinstance(field, models.ForeignKey):
        related = field.related_model
        return organization if related is Organization else make_any(related, organization=organization)
    if field.choices:
        return next(value for value, _ in field.choices)
    if isinstance(field, models.EmailField):
        return f"{uuid4().hex}@example.com"
    if isinstance(field, models.CharField | models.TextField):
        return f"x{uuid4().hex}"[: field.max_length]
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return timezone.now().date()
    return {} if isinstance(field, models.JSONField) else 1


def references(row: models.Model) -> set[str]:
    """Every text by which an address could name the row; counted ids are for rows without an address of their own."""
    names = {field.name for field in row._meta.fields} & {"id", "slug", "token"}
    return {text for name in names if len(text := str(getattr(row, name))) > 20}
