"""The table of addresses inside, through a connector of each family that goes out; nothing arrives anywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from backend.catalog.connectors import ConnectorType, Outside
from backend.catalog.steps import StepFailed
from backend.common.egress import EgressPolicy
from tests.http_server import Server
from tests.unit.egress.ssrf import LOOPBACK
from tests.workers.steps.fakes import FakeContext
from workers.connectors.notifications._base import Message
from workers.steps.api import Api, ApiConfig

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

KEY = "sk-0123456789abcdef"
Config = Callable[[str], dict[str, Any]]
CONNECTORS: dict[str, Config] = {
    "http": lambda url: {"base_url": url},
    "openai": lambda url: {"api_key": KEY, "base_url": url, "model": "m"},
    "azure_openai": lambda url: {"api_key": KEY, "endpoint": url, "deployment": "d"},
    "openai_compatible": lambda url: {"base_url": url, "model": "m"},
    "lm_studio": lambda url: {"base_url": url, "model": "m"},
    "ollama": lambda url: {"base_url": url, "model": "m"},
    "gemini": lambda url: {"api_key": KEY, "base_url": url, "model": "m"},
    "anthropic": lambda url: {"api_key": KEY, "base_url": url, "model": "m"},
    "slack": lambda url: {"webhook_url": url},
    "teams": lambda url: {"webhook_url": url},
    "discord": lambda url: {"webhook_url": url},
    "telegram": lambda url: {"bot_token": "1:a", "chat_id": "1", "base_url": url},
    "pagerduty": lambda url: {"routing_key": "r" * 32, "base_url": url},
    "twilio": lambda url: {"account_sid": "AC1", "auth_token": "t", "from": "+1", "base_url": url},
    "webhook": lambda url: {"url": url},
    "s3": lambda url: {
        "endpoint_url": url, "region": "eu-central-1", "bucket": "b", "access_key_id": "a", "secret_access_key": KEY,
    },
}  # fmt: skip
URLS = (
    "http://127.0.0.1:{port}/", "http://2130706433:{port}/", "http://0x7f.1:{port}/", "http://0177.0.0.1:{port}/",
    "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://[64:ff9b::7f00:1]:{port}/",
    "http://localhost.:{port}/", "http://example.com@127.0.0.1:{port}/", "http://127.0.0.1:{port}#@example.com/",
    "http://169.254.169.254/",
)  # fmt: skip


def tried(kind: str, config: dict[str, Any]) -> bool:
    """Whether a call through the connector, and its test, say that they succeeded."""
    found = ConnectorType.registry.get(kind)
    try:
        connector = found(found.Config.model_validate(config), outside=Outside(EgressPolicy()))
    except ValidationError:
        return False  # its form refuses such an address
    tested = connector.test().ok
    if found.family != "notification":
        return tested
    try:
        deliveries = connector.send(Message("s", "b"), ["x"])
    except StepFailed:
        return tested
    return any(delivery.status == "sent" for delivery in deliveries)


def accepts(kind: str, config: dict[str, Any]) -> bool:
    """Whether the form is filled in rightly, so that it is the address that is refused, and nothing else."""
    return bool(ConnectorType.registry.get(kind).Config.model_validate(config))


@pytest.mark.parametrize("kind", CONNECTORS)
def test_a_connector_does_not_reach_inside(server: Server, kind: str) -> None:
    assert accepts(kind, CONNECTORS[kind]("https://example.com/"))

    reached = [url for url in URLS if tried(kind, CONNECTORS[kind](url.replace("{port}", str(server.port))))]

    assert reached == []
    assert server.seen == []


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("smtp", {"from": "a@example.com", "tls": "none"}),
        ("sftp", {"user": "u", "password": "p"}),
        ("postgresql", {"database": "d", "user": "u", "password": "p"}),
        ("mysql", {"database": "d", "user": "u", "password": "p"}),
        ("mssql", {"database": "d", "user": "u", "password": "p"}),
    ],
)
def test_a_connector_by_host_and_port_does_not_reach_inside(server: Server, kind: str, config: dict[str, Any]) -> None:
    hosts = (
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "localhost.",
        "169.254.169.254",
    )
    assert accepts(kind, {**config, "host": "example.com", "port": server.port})

    reached = [host for host in hosts if tried(kind, {**config, "host": host, "port": server.port})]

    assert reached == []
    assert server.seen == []


def test_an_api_step_does_not_reach_inside(server: Server) -> None:
    context = FakeContext(allow=())

    for url in LOOPBACK:
        with pytest.raises((StepFailed, ValueError)):
            Api().run(ApiConfig(url=url.replace("{port}", str(server.port))), context)

    assert server.seen == []
