"""The production shape promises walls: each of them is looked for in `compose.yaml` and the files that it uses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROGRAMS = {"web", "live", "worker", "scheduler", "migrate", "sandbox"}
SECRETS = {
    "SECRET_KEY", "STEPGRAPH_ENCRYPTION_KEYS", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "STEPGRAPH_SANDBOX_KEY",
}  # fmt: skip
REQUIRED = SECRETS | {"STEPGRAPH_BASE_URL"}
# Of the README's table, what compose.yaml leaves alone: the port of the host, places and programs inside of the image,
# and what is for one command.
ELSEWHERE = {
    "PORT", "STEPGRAPH_HOME", "STEPGRAPH_FOLDERS", "SECRET_KEY_FILE", "STEPGRAPH_ENCRYPTION_KEYS_FILE",
    "STEPGRAPH_ADMIN_PASSWORD", "STEPGRAPH_SANDBOX_PYTHON", "STEPGRAPH_DEMO_PORT",
}  # fmt: skip
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(:\?|:-)")


def _variables() -> set[tuple[str, str]]:
    """What compose.yaml takes from the environment, each with `:?` when required and `:-` when there is a default."""
    return set(VARIABLE.findall((ROOT / "compose.yaml").read_text()))


def _readers() -> set[str]:
    """The names that the programs read from their environment."""
    sources = [path for folder in ("backend", "workers", "sandboxes") for path in (ROOT / folder).rglob("*.py")]
    words = re.compile(r"""["']([A-Z][A-Z_]+)["']""")
    return {name for path in sources for name in words.findall(path.read_text())}


def test_only_the_sandbox_service_holds_the_engine():
    holders = {name for name, service in SERVICES.items() if "docker.sock" in str(service.get("volumes", ""))}

    assert holders == {"sandbox"}


def test_only_the_proxy_is_published():
    published = {name for name, service in SERVICES.items() if "ports" in service or "network_mode" in service}

    assert published == {"proxy"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_hardened(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert service["tmpfs"]
    assert set(service.get("cap_add", [])) <= ({"NET_BIND_SERVICE"} if name == "proxy" else set())


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_programs_use_one_image_and_none_but_the_sandbox_service_is_root(name):
    service = SERVICES[name]

    assert service["image"] == SERVICES["web"]["image"]
    assert service.get("user") == ("0:0" if name == "sandbox" else None)
    assert re.search(r"^USER (?!0|root)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def test_the_sandbox_service_gets_no_key_but_its_own_and_meets_nobody_but_workers():
    neighbours = {name for name, service in SERVICES.items() if "isolation" in service["networks"]}
    environment = str(SERVICES["sandbox"]["environment"])

    assert neighbours == {"sandbox", "worker"}
    assert SERVICES["sandbox"]["networks"] == ["isolation", "egress"]
    assert [name for name, service in SERVICES.items() if "egress" in service["networks"]] == ["sandbox"]
    assert not [name for name in SECRETS - {"STEPGRAPH_SANDBOX_KEY"} if name in environment]
    assert SERVICES["sandbox"]["environment"]["STEPGRAPH_SANDBOX"] == "docker"


def test_workers_have_no_way_to_the_programs_that_answer_people():
    front = {network for name in ("proxy", "web", "live") for network in SERVICES[name]["networks"]}

    assert not front & set(SERVICES["worker"]["networks"])


def test_only_proxy_web_and_live_are_on_the_network_whose_word_on_clients_is_believed():
    (pool,) = COMPOSE["networks"]["front"]["ipam"]["config"]
    members = {name for name, service in SERVICES.items() if "front" in service["networks"]}

    assert members == {"proxy", "web", "live"}
    assert SERVICES["web"]["environment"]["STEPGRAPH_TRUSTED_PROXIES"] == pool["subnet"]
    assert SERVICES["live"]["environment"]["STEPGRAPH_TRUSTED_PROXIES"] == pool["subnet"]


@pytest.mark.parametrize("name", [name for name in COMPOSE["networks"] if name not in {"public", "internet", "egress"}])
def test_inner_networks_have_no_way_out(name):
    assert COMPOSE["networks"][name]["internal"] is True


def test_what_is_required_has_no_default_and_stops_the_start_with_an_explanation():
    variables = _variables()

    assert {name for name, kind in variables if kind == ":?"} == REQUIRED
    assert not [name for name, kind in variables if kind == ":-" and name in REQUIRED]
    assert "${" not in re.sub(VARIABLE, "", (ROOT / "compose.yaml").read_text())  # nothing is silently empty


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_every_variable_given_to_a_program_is_read_by_one(name):
    unknown = set(SERVICES[name]["environment"]) - _readers()

    assert not unknown


def test_every_setting_of_the_readme_reaches_a_program():
    cells = re.findall(r"^\| (`[A-Z][A-Z_`, ]+) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    settings = {name for cell in cells for name in re.findall(r"`([A-Z][A-Z_]+)`", cell)}

    given = {name for program in PROGRAMS for name in SERVICES[program]["environment"]}

    assert len(settings) > 30
    assert settings - given == ELSEWHERE


def test_the_example_names_every_variable_and_holds_no_secret():
    lines = (ROOT / ".env.example").read_text().splitlines()
    pairs = dict(re.fullmatch(r"#?([A-Z_]+)=(.*)", line).groups() for line in lines if re.match(r"#?[A-Z_]+=", line))

    assert set(pairs) == {name for name, _ in _variables()}
    assert {name for name in REQUIRED if f"{name}=" in lines} == REQUIRED
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()


def test_data_that_must_last_is_on_a_volume():
    assert SERVICES["postgres"]["volumes"] == ["database:/var/lib/postgresql/data"]
    assert "database" in COMPOSE["volumes"]


def test_the_proxy_sends_event_streams_to_live_and_names_one_client():
    proxy = (ROOT / "Caddyfile").read_text()

    assert re.search(r"path /api/jobs/\*/events/\s", proxy)
    assert re.search(r"handle @events \{\s*reverse_proxy live:8000", proxy)
    assert "header_up X-Forwarded-For {client_ip}" in proxy
