"""The way out for scripts: judged by name and address, counted, and in containers the only one."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandboxes.egress.hints import ADVICE
from sandboxes.egress.ways import ContainerWays
from sandboxes.errors import NoWayOut
from sandboxes.model import Execution, Status
from sandboxes.runtimes.docker import SERVICE_LABEL, Containers
from sandboxes.service import identity
from tests.http_server import Answer, Server
from tests.requirements import need

from .conftest import KINDS, eventually
from .test_service import ROOT, Service


class Guarded(Service):
    """A service under the product's own egress guard, which is let to this computer's loopback address."""

    def __init__(self, home: Path, *, kind: str) -> None:
        self._home, self._kind = home, kind
        super().__init__(f"unix://{home}/s", kind=kind)

    def start(self) -> None:
        environment = {
            **os.environ,
            "STEPGRAPH_MODE": "development",
            "STEPGRAPH_HOME": str(self._home),
            "STEPGRAPH_SANDBOX": self._kind,
            "STEPGRAPH_SANDBOX_URL": self.url,
            "STEPGRAPH_EGRESS_ALLOW": "127.0.0.1,::1",
        }
        command = [sys.executable, "manage.py", "sandbox", "serve"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        eventually(self._answers, seconds=30)


@pytest.fixture(scope="module", params=KINDS)
def guarded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    kind: Any = request.param
    probe = Containers("probe")
    if kind == "docker":
        reason = probe.works()
        need("docker", available=not reason, reason=reason)
    elif kind == "bubblewrap":
        from sandboxes.runtimes.bubblewrap import Bubblewrap

        reason = Bubblewrap(uuid.uuid4().hex).works()
        need("bubblewrap", available=not reason, reason=reason)
    running = Guarded(tmp_path_factory.mktemp(kind), kind=kind)
    yield running
    relays = containers_of(running, probe) if kind == "docker" else []
    running.end()
    if kind == "docker":
        assert relays
        assert containers_of(running, probe) == []  # no relay outlives its service
        probe.client().close()


GETS = {
    "python": "import urllib.request\nreturn urllib.request.urlopen(url).read().decode()",
    "javascript": "return (await fetch(url)).text()",
    "bash": 'result=$(curl -sS "$SG_URL")',
}


@pytest.mark.parametrize("language", GETS)
def test_an_allowed_host_is_reached_and_accounted_for(guarded: Guarded, server: Server, language: str) -> None:
    require_language(guarded, language)
    server.answers["/data"] = Answer(body=b"some data")

    outcome = guarded.run(GETS[language], language=language, network=True, context={"url": f"{server.url}/data?a=1"})

    assert (outcome.result, outcome.message) == ("some data", "")
    assert [(seen.method, seen.path) for seen in server.seen] == [("GET", "/data?a=1")]
    assert "proxy-authorization" not in server.seen[0].headers
    if outcome.network or guarded.client.stats()["network"]["enforced"]:
        (reached,) = outcome.network
        assert (reached["host"], reached["port"], reached["connections"]) == ("127.0.0.1", server.port, 1)
        assert reached["received"] > 9
        assert any(f"Network: 127.0.0.1:{server.port}, " in line.text for line in guarded.log)


def require_language(guarded: Guarded, language: str) -> None:
    found = guarded.client.stats()["languages"][language]
    need(f"{language} here", available=found["available"], reason=found["detail"])
    if language == "javascript" and guarded.client.stats()["isolation"] != "docker":
        pytest.skip("whether Node heeds the proxy depends on the host's version")


REFUSED = ["169.254.169.254:80", "10.0.0.1:80", "0x7f000002:80", "[::ffff:10.0.0.1]:80"]


def test_what_the_guard_refuses_is_refused_by_the_proxy(guarded: Guarded) -> None:
    code = """
import urllib.error, urllib.request
def answer(host):
    try:
        return [urllib.request.urlopen(f"http://{host}/", timeout=5).status, ""]
    except urllib.error.HTTPError as error:
        return [error.code, error.read().decode()]
return {host: answer(host) for host in hosts}
"""
    outcome = guarded.run(code, language="python", network=True, context={"hosts": [*REFUSED, "127.0.0.1:0"]})

    answers = outcome.result
    assert answers.pop("127.0.0.1:0")[0] == 400, outcome
    assert {host: status for host, (status, _) in answers.items()} == dict.fromkeys(REFUSED, 403), outcome
    assert [host for host, (_, text) in answers.items() if "STEPGRAPH_EGRESS_ALLOW" not in text] == []
    assert sum(bool(entry["refused"]) for entry in outcome.network) == len(REFUSED), outcome.network
    assert sum("refused" in line.text for line in guarded.log) == len(REFUSED)


def test_tunnels_are_judged_too(guarded: Guarded, server: Server) -> None:
    server.answers["/"] = Answer(body=b"through")
    code = """
import os, socket, urllib.parse, base64
proxy = urllib.parse.urlsplit(os.environ["HTTPS_PROXY"])
login = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
def tunnel(target, login):
    with socket.create_connection((proxy.hostname, proxy.port), timeout=5) as way:
        way.sendall(f"CONNECT {target} HTTP/1.1\\r\\nProxy-Authorization: Basic {login}\\r\\n\\r\\n".encode())
        first = way.recv(1000).split(b"\\r\\n")[0].decode()
        if " 200 " not in first:
            return first
        way.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
        data = b""
        while piece := way.recv(1000):
            data += piece
        return data.decode().split("\\r\\n\\r\\n")[1]
return [tunnel(target, login), tunnel("192.168.0.1:443", login), tunnel(target, "x"), tunnel("nonsense", login)]
"""
    target = f"127.0.0.1:{server.port}"

    outcome = guarded.run(code, language="python", network=True, context={"target": target})

    assert outcome.result == [
        "through",
        "HTTP/1.1 403 Forbidden",
        "HTTP/1.1 407 Proxy Authentication Required",
        "HTTP/1.1 403 Forbidden",
    ] or outcome.result[3].startswith("HTTP/1.1 4"), outcome


def test_in_containers_there_is_no_way_around(guarded: Guarded, server: Server) -> None:
    if not guarded.client.stats()["network"]["enforced"]:
        outcome = guarded.run("echo 1", network=True)
        assert any("egress guard holds for programs that heed HTTP_PROXY" in line.text for line in guarded.log)
        assert outcome.result == 1
        return
    code = """
import os, socket
def outcome(host, port):
    try:
        socket.create_connection((host, port), timeout=2).close()
        return "reached"
    except OSError as error:
        return error.strerror or str(error)
with open("/proc/net/dev") as file:
    interfaces = [line.split(":")[0].strip() for line in file if ":" in line]
return [interfaces, outcome("127.0.0.1", port), outcome("172.17.0.1", 80), outcome("1.1.1.1", 80),
        outcome("example.com", 80)]
"""

    outcome = guarded.run(code, language="python", network=True, context={"port": server.port})

    assert outcome.result[0] == ["lo"]
    assert "reached" not in outcome.result, outcome.result
    assert server.seen == []


def test_organisations_do_not_share_a_network(guarded: Guarded) -> None:
    if not guarded.client.stats()["network"]["enforced"]:
        pytest.skip("only containers have networks of their own")
    code = "import os\nreturn os.readlink('/proc/self/ns/net')"

    names = [guarded.run(code, language="python", network=True, organization=name).result for name in ("a", "a", "b")]
    probe = Containers("probe")
    relays = [c for c in containers_of(guarded, probe) if c.attrs["Config"]["Hostname"] == "relay"]
    mounts = {mount["RW"] for relay in relays for mount in relay.attrs["Mounts"]}
    probe.client().close()

    assert names[0] == names[1]
    assert names[0] != names[2]
    assert len(relays) >= 2
    assert mounts == {False}


def test_without_network_the_setting_is_named(guarded: Guarded) -> None:
    if guarded.client.stats()["isolation"] == "process":
        pytest.skip("plain processes have no wall against the network")
    cases = {
        "python": "import urllib.request\nurllib.request.urlopen('http://example.com/')",
        "javascript": "await fetch('http://example.com/')",
        "bash": "set -e; : < /dev/tcp/192.0.2.1/80",
    }

    outcomes = {name: guarded.run(code, language=name) for name, code in cases.items() if has(guarded, name)}

    assert {outcome.status for outcome in outcomes.values()} == {Status.FAILED}
    assert [name for name, outcome in outcomes.items() if ADVICE not in outcome.message] == [], outcomes


def has(guarded: Guarded, language: str) -> bool:
    return bool(guarded.client.stats()["languages"][language]["available"])


def test_other_failures_say_nothing_of_the_network(guarded: Guarded) -> None:
    outcome = guarded.run("raise ValueError('no good')", language="python")

    assert "network" not in outcome.message.lower()


def containers_of(service: Service, runtime: Containers) -> list[Any]:
    label = f"{SERVICE_LABEL}={identity(service.url)}"
    return list(runtime.client().containers.list(all=True, ignore_removed=True, filters={"label": label}))


@pytest.mark.docker
def test_with_gvisor_the_step_says_that_there_is_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPGRAPH_SANDBOX_RUNTIME", "runsc")
    ways = ContainerWays(lambda host, port: (), lambda: pytest.fail("nothing is started"), labels=lambda seconds: {})

    with pytest.raises(NoWayOut, match="gVisor"):
        ways.open(Execution(id="1", language="bash", code="", network=True), say=lambda text: None)
    ways.proxy.stop()
