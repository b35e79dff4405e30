"""The base of all serializers that read: unknown keys are errors, so that a typing error is never ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from backend.common.suggest import did_you_mean


class StrictSerializer(serializers.Serializer[Any]):
    """Lists its fields explicitly and refuses any other key, and any that only the server sets."""

    def to_internal_value(self, data: Any) -> Any:
        """The parsed fields, with the unknown keys reported beside all other problems."""
        unknown = self._unknown(data) if isinstance(data, Mapping) else {}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as exc:
            if not unknown or not isinstance(exc.detail, dict):
                raise
            raise serializers.ValidationError({**exc.detail, **unknown}) from exc
        if unknown:
            raise serializers.ValidationError(unknown)
        return value

    def _unknown(self, data: Mapping[str, Any]) -> dict[str, list[str]]:
        writable = [name for name, field in self.fields.items() if not field.read_only]
        return {key: [_message(key, writable=writable)] for key in data if key not in writable}


def _message(key: str, *, writable: list[str]) -> str:
    hint = did_you_mean(key, writable) or f"Known are: {', '.join(writable)}."
    return f"This field does not exist or cannot be set. {hint}"
