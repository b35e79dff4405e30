"""Chat services that are reached by a secret address."""

from __future__ import annotations

from pydantic import Field, field_validator

from backend.catalog.connectors import ConnectorConfig
from backend.catalog.fields import Secret


class HookConfig(ConnectorConfig):
    """The form of an incoming webhook; its address is its secret."""

    webhook_url: Secret = Field(title="Webhook address", description="As the service shows it when you make one.")

    @field_validator("webhook_url")
    @classmethod
    def _an_address(cls, value: Secret) -> Secret:
        if not value.get_secret_value().strip().startswith(("https://", "http://")):
            raise ValueError("it must begin with https://")
        return value

    @property
    def url(self) -> str:
        """The address in clear."""
        return self.webhook_url.get_secret_value().strip()
