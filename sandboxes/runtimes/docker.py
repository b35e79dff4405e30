"""Scripts in containers: one per execution, with nothing but the script inside and no way out."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import docker
import docker.errors
import requests.exceptions

from sandboxes import limits
from sandboxes.endmark import new_token
from sandboxes.errors import InvalidExecution, RuntimeMissing, SandboxLost
from sandboxes.languages import LANGUAGES
from sandboxes.languages.base import Language
from sandboxes.model import JSON, Execution
from sandboxes.runtimes import sharing
from sandboxes.runtimes.attached import ContainerSandbox, Graves
from sandboxes.runtimes.base import Availability, Runtime, Sandbox
from sandboxes.runtimes.box import DEADLINE_LABEL, SERVICE_LABEL, Box, Place, create
from sandboxes.runtimes.holders import Holders
from sandboxes.runtimes.pool import Pool, describe
from sandboxes.runtimes.rooms import Rooms

_log = logging.getLogger(__name__)
_CRUN: Final = "crun"
_IMAGES_SETTING: Final = "STEPGRAPH_SANDBOX_IMAGES"  # which images there are is the operator's choice, not a user's
_API_TIMEOUT: Final = 20  # seconds; without one a stuck engine would hold us for ever
_IMAGE_FRESH: Final = 60.0  # seconds
_FAULTS: Final = (docker.errors.DockerException, requests.exceptions.RequestException, OSError)


class Containers(Runtime):
    """Containers by the Docker Engine API."""

    name = "docker"

    def __init__(self, service: str) -> None:
        self._service = service
        self._asked = os.environ.get("STEPGRAPH_SANDBOX_RUNTIME", "") or None
        self._runtime = self._asked  # of the engine, by name; None: its default
        self._allowed = {name.strip() for name in os.environ.get(_IMAGES_SETTING, "").split(",")}
        self._client: Any = None
        self._lock = threading.Lock()
        self._pool: Pool[ContainerSandbox] | None = None
        self._known_holders: Holders | None = None
        self._cooled = False
        self._graves = Graves()
        self._rooms = Rooms(self._ready)
        self._shares_not = "it was not looked at"  # why the steps of a job have no container in common
        self._images: dict[str, tuple[str | None, float]] = {}  # name -> digest, when it was looked up

    def client(self) -> docker.DockerClient:
        """The connection to the engine."""
        if self._client is None:
            self._client = docker.from_env(version="auto", timeout=_API_TIMEOUT, max_pool_size=64)
        connected: docker.DockerClient = self._client
        return connected

    def works(self) -> str:
        """Why it cannot be used here; empty if it can."""
        if not _listens():
            return "Docker is not reachable"
        try:
            self.client().ping()
        except _FAULTS:
            return "Docker is not reachable"
        images = [image for language in LANGUAGES.values() if (image := self._image_id(language.image))]
        if not images:
            return "the sandbox images are not built"
        self._runtime = self._asked or self._quickest(images[0])
        return ""

    def _quickest(self, image: str) -> str | None:
        """crun starts containers sooner than the engine's default; an engine that names it may be unable to use it."""
        return _CRUN if _CRUN in self.client().info().get("Runtimes", {}) and self.starts(image, _CRUN) else None

    def starts(self, image: str, runtime: str) -> bool:
        """Whether a runtime of the engine works, by trying it."""
        labels = {SERVICE_LABEL: self._service, DEADLINE_LABEL: str(int(time.time()) + _API_TIMEOUT)}
        options: dict[str, Any] = {"runtime": runtime, "network_mode": "none", "labels": labels}
        container = None
        try:
            container = self.client().containers.create(image, ["true"], **options)
            container.start()
        except _FAULTS as error:
            _log.info("the container runtime %s is not used: %s", runtime, error)
            return False
        finally:
            if container is not None:
                container.remove(force=True)
        return True

    def languages(self) -> Mapping[str, Availability]:
        """Every language by whether it can run here."""
        return {name: self._availability(language) for name, language in LANGUAGES.items()}

    def _availability(self, language: Language) -> Availability:
        identity = self._image_id(language.image)
        if identity is None:
            return Availability(available=False, detail=language.missing)
        return Availability(available=True, detail=f"{language.image} {identity[7:19]}")

    def _image_id(self, name: str) -> str | None:
        """The digest behind a name; asked of the engine now and then, since every script wants to know."""
        identity, looked = self._images.get(name, (None, 0.0))
        if identity is not None and time.monotonic() < looked + _IMAGE_FRESH:
            return identity
        try:
            identity = self.client().images.get(name).id
        except _FAULTS:
            identity = None
        self._images[name] = (identity, time.monotonic())
        return identity

    def start(self, execution: Execution, language: Language) -> Sandbox:
        """A container that is there already, or else a new one."""
        box = self._box(execution, language)
        return self._rooms.enter(execution.job, box) if box.many else self._ready(box)

    def _ready(self, box: Box) -> ContainerSandbox:
        """A container that was started ahead, or else a new one."""
        if self._pool is None or box.network:  # a way out is made for one script
            return self._open(box)
        return self._pool.take(box, replace(box, namespace="")) or self._open(box)

    def _box(self, execution: Execution, language: Language) -> Box:
        image = execution.layer or self._image_id(execution.image or language.image)
        if execution.image and execution.image not in self._allowed:
            advice = f"Only images named in {_IMAGES_SETTING} may be used (a comma separated list)."
            raise InvalidExecution(f"The image {execution.image} is not allowed. {advice}")
        if image is None:
            wanted = f"The image {execution.image} is not on this host: pull or build it." if execution.image else ""
            raise RuntimeMissing(wanted or language.missing)
        many = not self._shares_not and sharing.possible(execution, language)
        shares = execution.organization and not execution.network and not self._asked and self._holders().pay
        return Box.of(
            execution, image=image, namespace=Holders.name(execution.organization) if shares else "", many=many
        )

    def _open(self, box: Box) -> ContainerSandbox:
        """Creates a container, attaches to it, starts it."""
        try:
            return self._start(box)
        except _FAULTS as error:
            self._images.clear()  # it may have been removed
            if box.namespace:
                self._holders().forget(box.namespace)
                return self._open(replace(box, namespace=""))
            raise SandboxLost(f"The container engine failed: {error}") from error

    def _start(self, box: Box) -> ContainerSandbox:
        token = new_token()
        argv = box.argv(LANGUAGES[box.language], token=token)
        container = create(self.client(), box, argv, self._place(box))
        try:
            # Attached before it starts, or its first words would be lost.
            stream: Any = container.attach_socket(params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
            raw: socket.socket = vars(stream).get("_sock", stream)  # the socket itself: its wrapper cannot be shut down
            container.start()
        except _FAULTS:
            with contextlib.suppress(*_FAULTS):
                container.remove(force=True, v=True)
            raise
        return ContainerSandbox(container, raw, owner=stream, token=token, bury=self._graves.bury)

    def _place(self, box: Box) -> Place:
        return Place(service=self._service, network_mode=self._network_mode(box), runtime=self._runtime)

    def _network_mode(self, box: Box) -> str:
        if box.namespace:
            return self._holders().join(box.namespace)
        return box.way_out or "none"

    def _holders(self) -> Holders:
        with self._lock:
            if self._known_holders is None:
                version = str(self.client().version().get("Version", ""))
                self._known_holders = Holders(self._start_holder, version=version)
            return self._known_holders

    def _start_holder(self) -> Any:
        """A shell that waits for words that never come."""
        language = LANGUAGES["bash"]
        box = Box("bash", language.image, network=False, memory_mb=32, cpus=0.1, lifetime=limits.MAX_TIMEOUT)
        container = create(self.client(), box, ["/bin/sh", "-c", "read -r _"], self._place(box))
        container.start()
        return container

    def warm(self) -> None:
        """Keeps containers ready from now on; at all times one of each language with the usual limits."""
        self.look_at_sharing()
        with self._lock:
            if self._cooled:
                return
            self._pool = Pool(self._open, workers=max(2, (os.cpu_count() or 2) // 2))
        usual = [Execution(id="", language=name, code="", job="any", tier="job") for name in LANGUAGES]
        self._pool.open(tuple(self._box(one, LANGUAGES[one.language]) for one in usual if self._has(one.language)))

    def look_at_sharing(self) -> str:
        """Why the steps of a job cannot have one container here, as it looks from inside; empty if they can."""
        image = self._image_id(LANGUAGES["python"].image)
        self._shares_not = sharing.fault(self._open, image=image) if image else LANGUAGES["python"].missing
        return self._shares_not

    def release(self, job: str) -> None:
        """Ends the containers of a job."""
        self._rooms.release(job)

    def _has(self, language: str) -> bool:
        return self._image_id(LANGUAGES[language].image) is not None

    def cool(self) -> None:
        """Ends what was kept ready."""
        with self._lock:
            self._cooled = True
        self._rooms.sweep(everything=True)
        if self._pool is not None:
            self._pool.close()
        self._graves.close()

    def facts(self) -> Mapping[str, JSON]:
        """What is kept ready, and whether the steps of a job have a container in common."""
        return {
            **describe(self._pool),
            "rooms": self._rooms.count(),
            "tiers": {"step": True, "job": not self._shares_not, "reason": self._shares_not},
        }

    def labels(self, seconds: float) -> dict[str, str]:
        """What a container is known by: it may be removed when so many seconds have passed."""
        return {SERVICE_LABEL: self._service, DEADLINE_LABEL: str(int(time.time() + seconds))}

    def reap(self, *, all_of_mine: bool = False) -> int:
        """Removes containers past their deadline, or left by an earlier life of this service."""
        removed = self._rooms.sweep(everything=all_of_mine)
        if self._known_holders is not None:
            self._known_holders.forget_idle()
        with contextlib.suppress(*_FAULTS):
            for container in self.client().containers.list(
                all=True, filters={"label": SERVICE_LABEL}, ignore_removed=True
            ):
                if self._is_stale(container.labels, all_of_mine=all_of_mine):
                    with contextlib.suppress(*_FAULTS):
                        container.remove(force=True, v=True)
                        removed += 1
        return removed

    def _is_stale(self, labels: Mapping[str, str], *, all_of_mine: bool) -> bool:
        deadline = labels.get(DEADLINE_LABEL, "")
        late = not deadline.isdigit() or int(deadline) < time.time()
        return late or (all_of_mine and labels.get(SERVICE_LABEL) == self._service)


def _listens() -> bool:
    """False if nobody answers at the engine's local socket; docker-py would leave its own half-open."""
    address = os.environ.get("DOCKER_HOST", "") or "unix:///var/run/docker.sock"
    if not address.startswith("unix://"):
        return True
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(address.removeprefix("unix://"))
        except OSError:
            return False
    return True
