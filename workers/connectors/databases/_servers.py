"""Databases that are servers: their form, and the guarded way to them."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from backend.catalog.fields import Secret
from backend.catalog.steps import StepFailed
from backend.common.own_database import is_own_server
from workers.connectors.databases._base import Database, DatabaseConfig

CONNECT_SECONDS = 10


class ServerConfig(DatabaseConfig):
    """The form of a database server."""

    host: str = Field(min_length=1, max_length=253, title="Host", examples=["db.example.com"])
    port: int = Field(ge=1, le=65_535, title="Port")
    database: str = Field(min_length=1, max_length=128, title="Database", examples=["sales"])
    user: str = Field(min_length=1, max_length=128, title="User")
    password: Secret | None = Field(default=None, title="Password", description="Of the user.")
    options: dict[str, str | int | bool] = Field(
        default_factory=dict, title="Options", description="Of the driver; only those that are listed in its help."
    )

    @property
    def plain_password(self) -> str:
        """The password in clear."""
        return self.password.get_secret_value() if self.password else ""


class ServerDatabase(Database[ServerConfig]):
    """A database server."""

    own_kind: ClassVar[str] = ""  # how our own settings would call this kind
    known_options: ClassVar[frozenset[str]] = frozenset()

    def addresses(self) -> tuple[str, ...]:
        """The judged addresses of the server. Raises StepFailed when it is our own database, and EgressError."""
        config = self.config
        found = self.outside.addresses(config.host, config.port, timeout=CONNECT_SECONDS)
        if self.own_kind and is_own_server(self.own_kind, found, config.port, config.database):
            raise StepFailed(
                "This is the database that Stepgraph keeps its own data in: no connector may use it.",
                error_type="validation",
                hint="Use another database, on the same server if you like.",
            )
        return found

    def options(self) -> dict[str, str | int | bool]:
        """The driver's options. Raises StepFailed for those that are not allowed."""
        unknown = sorted(set(self.config.options) - self.known_options)
        if unknown:
            raise StepFailed(
                f"The option “{unknown[0]}” cannot be set.",
                error_type="validation",
                hint=f"Allowed are: {', '.join(sorted(self.known_options))}.",
            )
        return dict(self.config.options)
