"""What a connector type is: one class in one file below `workers/connectors/<family>/`, found by its folder.

A step gets an instance with its secrets in it from `context.connector(slug)`, and calls whatever its family offers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Protocol, TypeAlias, TypeVar, runtime_checkable
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from backend.catalog.registry import Registry
from backend.common.egress import EgressClient, EgressPolicy, Guard
from backend.common.json import JSON

_PACKAGES = tuple(
    f"workers.connectors.{name}" for name in ("ai", "databases", "notifications", "http", "storage", "mailboxes")
)
_TARGET_FIELDS = ("base_url", "endpoint", "endpoint_url", "url", "webhook_url", "host", "port", "path")


class CircuitBreaker(BaseModel):
    """When calls through a connector are held back for a while."""

    model_config = ConfigDict(extra="forbid")

    threshold: int = Field(default=5, ge=1, le=1000, title="Failures in a row", description="Until it opens.")
    timeout: float = Field(default=60, gt=0, le=86_400, title="Seconds open", description="Until one call may try.")
    half_open: int = Field(default=1, ge=1, le=100, title="Trial calls", description="That must succeed to close it.")


class ConnectorConfig(BaseModel):
    """Base of every connector type's config: unknown keys are refused, secrets are marked by `fields.Secret`."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    timeout: float | None = Field(
        default=None, gt=0, le=3600, title="Timeout", description="Seconds for one call, unless the step says less."
    )
    circuit_breaker: CircuitBreaker | None = Field(
        default=None, title="Circuit breaker", description="Holds calls back while the other side keeps failing."
    )


@dataclass(frozen=True, slots=True)
class TestResult:
    """What testing a connection found; the message says what is wrong in words."""

    __test__: ClassVar[bool] = False  # not a test case

    ok: bool
    message: str
    hint: str = ""
    details: Mapping[str, JSON] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outside:
    """The way out for connectors, under the operator's policy: HTTP by `http`, raw sockets only to `addresses`."""

    policy: EgressPolicy = field(default_factory=EgressPolicy)

    def http(self) -> EgressClient:
        """The guarded HTTP client."""
        return EgressClient(self.policy)

    def addresses(
        self, host: str, port: int, *, timeout: float = 10.0, ports: frozenset[int] = frozenset()
    ) -> tuple[str, ...]:
        """The judged addresses of a host, to connect a raw socket to; `ports` are those of the protocol.

        Raises EgressError.
        """
        return Guard(self.policy).addresses(host, port, timeout=timeout, ports=ports)


@runtime_checkable
class Browsable(Protocol):
    """A connector whose tables people can look through."""

    def tables(self) -> list[dict[str, JSON]]:
        """Tables and views: name, kind, columns. Raises StepFailed."""


class Kept(Protocol):
    """What a connector keeps beside its config, encrypted: tokens that renew themselves."""

    def load(self) -> str:
        """The text kept last; empty if there is none."""

    def save(self, text: str) -> None:
        """Keeps this from now on."""


@runtime_checkable
class SignsIn(Protocol):
    """A connector that somebody has to sign in for, in a browser (OAuth 2.0 with a code)."""

    def sign_in_url(self, *, redirect_uri: str, state: str, challenge: str) -> str:
        """Where the browser goes; empty when this connector needs no sign-in."""

    def sign_in(self, *, code: str, redirect_uri: str, verifier: str) -> None:
        """Turns the code that the browser brings back into tokens, and keeps them. Raises StepFailed."""


C = TypeVar("C", bound=ConnectorConfig)
ConfigClass: TypeAlias = type[ConnectorConfig]


class ConnectorType(ABC, Generic[C]):
    """A kind of connector. Its docstring is its help text, `Config` its form; an instance speaks to one other side."""

    registry: ClassVar[Registry[ConnectorType[Any]]] = Registry("connector", packages=_PACKAGES)

    type: ClassVar[str]
    family: ClassVar[str]
    label: ClassVar[str]
    icon: ClassVar[str] = "plug"  # a Tabler icon name
    Config: ClassVar[ConfigClass]

    def __init_subclass__(cls, *, type: str | None = None, family: str | None = None, **kwargs: Any) -> None:  # noqa: A002 the format's own word
        super().__init_subclass__(**kwargs)
        if family is not None:
            cls.family = family
        if type is not None:  # abstract helpers pass no type and stay out of the list
            cls.type = type
            cls.registry.add(type, cls)

    def __init__(self, config: C, *, outside: Outside, slug: str = "", kept: Kept | None = None) -> None:
        self.config = config
        self.kept = kept
        self.outside = outside
        self.slug = slug

    @classmethod
    def target(cls, config: Mapping[str, JSON]) -> str:
        """Where the secrets go, from the raw config: when this changes, the stored secrets are cleared."""
        parts = (origin(config[name]) for name in _TARGET_FIELDS if config.get(name) not in {None, ""})
        return " ".join(parts)

    @abstractmethod
    def test(self) -> TestResult:
        """Tries the connection for a few seconds; never raises for what a person can mend."""


def origin(value: JSON) -> str:
    """Scheme, host and port of an address; anything else as it is."""
    text = str(value).strip()
    if "://" not in text:
        return text.lower()
    try:
        parts = urlsplit(text)
        return f"{parts.scheme}://{parts.hostname or ''}:{parts.port or ''}".lower()
    except ValueError:
        return text
