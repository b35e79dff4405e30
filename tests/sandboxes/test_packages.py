"""Packages of pip and npm: installed once, kept as images, told of while it happens."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import docker.errors
import pytest

from sandboxes.languages import LANGUAGES
from sandboxes.model import Execution
from sandboxes.packages.images import WISHES, Images, Kept
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
def test_scripts_wait_for_one_installation_and_the_next_one_does_not(service: Service, containers: Containers) -> None:
    wish = fresh("six")
    code = "import six\nreturn six.PY3"
    asked = {"language": "python", "packages": (wish,), "organization": "o"}

    with ThreadPoolExecutor(2) as pool:
        others = [pool.submit(service.client.run, execution(code, **asked), **IGNORED) for _ in range(2)]
        first = service.run(code, **asked)
        results = [other.result().result for other in others]
    said = [line.text for line in service.log]
    later = service.run(code, **{**asked, "packages": (wish.upper(),)})
    stats = service.client.stats()
    (entry,) = [entry for entry in stats["packages"] if entry["packages"] == [wish]]
    forget(containers, wish)

    assert (first.result, first.message) == (True, "")
    assert results == [True, True]
    assert stats["metrics"]["builds_ok"] == 1
    assert said[0] == f"Installing {wish} for python; this happens once."
    assert any(line.strip().startswith("six==") for line in said)
    assert (later.result, service.log) == (True, [])
    assert (entry["state"], entry["organizations"]) == ("ready", ["o"])
    assert entry["size"] > 10_000
    assert "Installed" in entry["log"]


IGNORED: dict[str, Any] = {"on_log": lambda _: None, "cancelled": lambda: False}


def execution(code: str, **wishes: Any) -> Execution:
    return Execution(id=uuid.uuid4().hex, code=code, timeout=30, **wishes)


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


@pytest.mark.docker
def test_what_nobody_uses_is_collected(containers: Containers, index: None) -> None:
    images = Images(containers.client, labels=containers.labels)
    mine = [fresh("idna")]

    class Only(Images):
        """Sees only what this test has made: others have theirs on the same engine."""

        def kept(self) -> Any:
            return [kept for kept in images.kept() if set(kept.packages) & set(mine)]

    packages = Packages(Only(containers.client, labels=containers.labels), most_bytes=10)
    packages.start()
    try:
        entry = packages.want("python", mine, organization="")
        wait_until(lambda: entry.state in {State.READY, State.FAILED})
        assert entry.state is State.READY, entry.reason
        packages._collect()
        lately = {wish for kept in images.kept() for wish in kept.packages}
        entry.used_at -= 3600
        packages._collect()
        left = {wish for kept in images.kept() for wish in kept.packages}
    finally:
        packages.stop()
        forget(containers, *mine)

    assert lately >= set(mine)
    assert not left & set(mine)


class Shelf(Images):
    """Images that are only told of, and which of them were removed, in order."""

    def __init__(self, *kept: Kept) -> None:
        self._kept, self.removed = list(kept), list[str]()

    def kept(self) -> list[Kept]:
        return list(self._kept)

    def remove(self, kept: Kept) -> None:
        self._kept.remove(kept)
        self.removed.append(kept.image)


@pytest.mark.parametrize(
    ("most_bytes", "removed"),
    [(1000, ["forgotten"]), (25, ["forgotten", "older"]), (0, ["forgotten", "older", "newer"])],
)
def test_the_longest_unused_goes_first_and_what_was_used_lately_stays(most_bytes: int, removed: list[str]) -> None:
    days = {"newer": 2, "lately": 0, "forgotten": 40, "older": 3}
    shelf = Shelf(
        *(Kept(name, (name,), "python", (name,), 10, time.time() - 86_400 * ago) for name, ago in days.items())
    )

    Packages(shelf, most_bytes=most_bytes).start()

    assert shelf.removed == removed


def wait_until(condition: Any, *, seconds: float = 90) -> None:
    pause = threading.Event()
    for _ in range(int(seconds / 0.1)):
        if condition():
            return
        pause.wait(0.1)
    raise AssertionError("it did not come to pass")
