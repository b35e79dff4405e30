"""A connector type for these tests: it has every kind of field, and tells what it was given."""

from __future__ import annotations

from pydantic import BaseModel, Field

from backend.catalog.connectors import ConnectorConfig, ConnectorType, TestResult
from backend.catalog.fields import Secret


class Login(BaseModel):
    user: str
    password: Secret | None = None


class ProbeConfig(ConnectorConfig):
    base_url: str = Field(title="Address")
    api_key: Secret = Field(title="Key", description="Of your account.")
    model: str = "small"
    login: Login | None = None
    headers: dict[str, Secret] = Field(default_factory=dict)


class Probe(ConnectorType[ProbeConfig], type="test_probe", family="http"):
    """Says what it was given."""

    label = "Probe"
    Config = ProbeConfig

    def test(self) -> TestResult:
        if self.config.model == "crash":
            raise RuntimeError(f"cannot use {self.config.api_key.get_secret_value()}")
        return TestResult(ok=True, message=f"Length {len(self.config.api_key.get_secret_value())}")
