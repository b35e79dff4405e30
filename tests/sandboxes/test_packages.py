"""Packages of pip and npm: installed once, kept as images, told of while it happens."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import docker.errors
import pytest

from sandboxes.languages import LANGUAGES
from sandboxes.packages import gate
from sandboxes.packages.images import WISHES, Images
from sandboxes.packages.requirements import key_of, normalised
from sandboxes.packages.store import Packages, State
from sandboxes.runtimes.docker import Containers
from tests.requirements import need

from .test_service import Service


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Somewhere to get packages from, as this computer's own clients find it."""
    folder = tmp_path_factory.mktemp("download")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", str(folder), "six"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    need("index", available=done.returncode == 0, reason=f"no package index: {done.stderr[-300:]}")


@pytest.fixture(scope="module")
def containers() -> Iterator[Containers]:
    runtime = Containers(f"test-{uuid.uuid4().hex}")
    reason = runtime.works()
    need("docker", available=not reason, reason=reason)
    for language in ("python", "javascript"):
        has = Images(runtime.client, labels=runtime.labels).has_builder(language)
        need("docker", available=has, reason=f"no image that installs packages for {language}")
    yield runtime
    runtime.reap(all_of_mine=True)
    runtime.client().close()


@pytest.fixture(scope="module")
def service(containers: Containers, index: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    running = Service(f"unix://{folder}/s", kind="docker")
    yield running
    running.end()


def fresh(name: str) -> str:
    """A wish that nobody has had, so that it is really resolved and installed."""
    return f"{name}!=0.{uuid.uuid4().int % 10**9}"


def forget(containers: Containers, *wishes: str) -> None:
    base = containers.client().images.get(LANGUAGES["python"].image).id
    for wish in wishes:
        key = key_of("python", normalised("python", [wish]), base=str(base))
        with contextlib.suppress(docker.errors.ImageNotFound):
            containers.client().images.remove(f"{WISHES}:{key}")


@pytest.mark.docker
def test_a_script_waits_for_its_packages_and_the_next_one_does_not(service: Service, containers: Containers) -> None:
    wish = fresh("six")
    code = "import six\nreturn six.PY3"

    first = service.run(code, language="python", packages=(wish,), organization="o")
    said = [line.text for line in service.log]
    second = service.run(code, language="python", packages=(wish.upper(),), organization="o")
    (entry,) = [entry for entry in service.client.stats()["packages"] if entry["packages"] == [wish]]
    forget(containers, wish)

    assert (first.result, first.message) == (True, "")
    assert said[0] == f"Installing {wish} for python; this happens once."
    assert any(line.strip().startswith("six==") for line in said)
    assert (second.result, service.log) == (True, [])
    assert (entry["state"], entry["organizations"]) == ("ready", ["o"])
    assert entry["size"] > 10_000
    assert "Installed" in entry["log"]


@pytest.mark.docker
def test_many_at_once_share_one_installation(service: Service, containers: Containers) -> None:
    wish = fresh("six")

    with ThreadPoolExecutor(4) as pool:
        asked = [
            pool.submit(service.run, "import six; return 1", language="python", packages=(wish,)) for _ in range(4)
        ]
        results = [one.result().result for one in asked]
    built = service.client.stats()["metrics"]["builds_ok"]
    forget(containers, wish)

    assert results == [1, 1, 1, 1]
    assert [entry["packages"] for entry in service.client.stats()["packages"]].count([wish]) <= 1
    assert built <= 3  # of all tests in this file so far


@pytest.mark.docker
def test_javascript_requires_and_imports_what_npm_installed(service: Service) -> None:
    code = "const pad = await import('left-pad'); return [require('left-pad')('a', 3), pad.default('b', 2)]"

    outcome = service.run(code, language="javascript", packages=("left-pad@^1.3",))

    assert (outcome.result, outcome.message) == (["  a", " b"], "")


@pytest.mark.docker
def test_pandas_and_numpy_work(service: Service) -> None:
    code = "import numpy, pandas\nreturn pandas.DataFrame({'a': numpy.arange(4)})['a'].sum()"

    outcome = service.run(code, language="python", packages=("pandas", "numpy"), timeout=60)

    assert (outcome.result, outcome.message) == (6, "")


@pytest.mark.docker
def test_what_cannot_be_installed_fails_with_the_end_of_the_log(service: Service) -> None:
    outcome = service.run("1", language="python", packages=("six==0.0.0.1",))

    assert outcome.error_type == "packages"
    assert outcome.message.startswith("The packages six==0.0.0.1 could not be installed:\n")
    assert "No matching distribution found for six==0.0.0.1" in outcome.message


@pytest.mark.docker
@pytest.mark.parametrize(
    ("language", "packages", "part"),
    [("python", ("-r /etc/passwd",), "is not a package"), ("bash", ("jq",), "have no packages")],
)
def test_what_is_no_requirement_is_refused(service: Service, language: str, packages: Any, part: str) -> None:
    outcome = service.run("1", language=language, packages=packages)

    assert part in outcome.message


def test_without_docker_the_step_says_what_is_needed(tmp_path: Path) -> None:
    service = Service(f"unix://{tmp_path}/s", kind="process")
    try:
        outcome = service.run("1", language="python", packages=("six",))
    finally:
        service.end()

    assert outcome.message == gate.NEEDS_DOCKER


@pytest.mark.docker
def test_what_nobody_uses_is_collected_the_longest_unused_first(containers: Containers, index: None) -> None:
    images = Images(containers.client, labels=containers.labels)
    mine: list[str] = []

    class Only(Images):
        """Sees only what this test has made: others have theirs on the same engine."""

        def kept(self) -> Any:
            return [kept for kept in images.kept() if set(kept.packages) & set(mine)]

    packages = Packages(Only(containers.client, labels=containers.labels), most_bytes=10)
    packages.start()
    try:
        # Two packages, two locks: the same lock would be the same image.
        for name in ("six", "idna"):
            mine.append(fresh(name))
            entry = packages.want("python", [mine[-1]], organization="")
            wait_until(lambda entry=entry: entry.state in {State.READY, State.FAILED})
            assert entry.state is State.READY, entry.reason
            entry.used_at -= 3600
        packages._collect()
        left = {wish for kept in images.kept() for wish in kept.packages}
    finally:
        packages.stop()
        forget(containers, *mine)

    assert not left & set(mine)


def wait_until(condition: Any, *, seconds: float = 90) -> None:
    pause = threading.Event()
    for _ in range(int(seconds / 0.1)):
        if condition():
            return
        pause.wait(0.1)
    raise AssertionError("it did not come to pass")
