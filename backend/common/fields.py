"""How documents are stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models

from backend.common.json import JSON

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField  # at run time Django's fields take no parameters


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class DocumentField(_TextField):
    """JSON with the order of its keys kept: the order of a form's fields and of a step's results is somebody's choice.

    PostgreSQL's own `jsonb` sorts keys, and takes longer to write; what lies inside a document is hardly ever searched.
    """

    if TYPE_CHECKING:
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, *_: object) -> JSON:
        """The document."""
        return None if value is None else json.loads(value)

    def to_python(self, value: JSON) -> JSON:
        """Documents are values already."""
        return value

    def get_prep_value(self, value: JSON) -> str | None:
        """The text that is stored."""
        return None if value is None else _encode(value)

    def value_to_string(self, obj: models.Model) -> str:
        """For fixtures."""
        return self.get_prep_value(self.value_from_object(obj)) or ""
