"""The container engine's side of packages: a container that installs, an image of what it leaves, and their removal."""

from __future__ import annotations

import contextlib
import io
import os
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import docker
import docker.errors
import requests.exceptions

from sandboxes.errors import SandboxError
from sandboxes.packages.recipes import FOLDER, Recipe, builder_of
from sandboxes.packages.requirements import digest

REPOSITORY: Final = "stepgraph-packages"  # tags are locks
WISHES: Final = "stepgraph-wishes"  # tags are wishes: what was asked for, on which base
LABEL: Final = "stepgraph.packages"
BUILD_SECONDS: Final = 900.0
LAYER_BYTES: Final = 2 * 1024 * 1024 * 1024
_FAULTS: Final = (docker.errors.DockerException, requests.exceptions.RequestException, OSError)
_USER: Final = "65532:65532"
_CHUNK: Final = 2 * 1024 * 1024
# The operator's own index, proxy and certificates, as the package managers themselves name them.
_PASSED_ON: Final = (
    *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "PIP_DEFAULT_TIMEOUT"),
    *("npm_config_registry", "NPM_CONFIG_REGISTRY"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
)


class BuildFailed(SandboxError):
    """The packages could not be installed; the text is the end of the log."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An image with packages that is there."""

    image: str  # its id
    wishes: tuple[str, ...]  # keys
    language: str
    packages: tuple[str, ...]
    size: int  # bytes on top of the base
    created: float


class Images:
    """Builds and keeps images with packages."""

    def __init__(self, client: Callable[[], docker.DockerClient], *, labels: Callable[[float], dict[str, str]]) -> None:
        self._client = client
        self._labels = labels  # seconds from now → the labels by which leftovers are removed

    def base(self, language_image: str) -> str | None:
        """The id of a language's image."""
        try:
            identity: str | None = self._client().images.get(language_image).id
        except _FAULTS:
            return None
        return identity

    def kept(self) -> list[Kept]:
        """All that are there."""
        found = []
        with contextlib.suppress(*_FAULTS):
            for image in self._client().images.list(filters={"label": LABEL}):
                wishes = tuple(tag.partition(":")[2] for tag in image.tags if tag.startswith(f"{WISHES}:"))
                labels = image.labels
                found.append(
                    Kept(
                        image=str(image.id),
                        wishes=wishes,
                        language=labels.get(LABEL, ""),
                        packages=tuple(labels.get(f"{LABEL}.wishes", "").split()),
                        size=int(labels.get(f"{LABEL}.size", "0") or 0),
                        created=_seconds(str(image.attrs["Created"])),
                    )
                )
        return found

    def remove(self, kept: Kept) -> None:
        """Removes an image; one in use stays."""
        client = self._client()
        with contextlib.suppress(*_FAULTS):
            for tag in client.images.get(kept.image).tags:
                client.images.remove(tag)

    def build(
        self,
        recipe: Recipe,
        *,
        wish: str,
        language: str,
        base: str,
        packages: Sequence[str],
        log: Callable[[str], None],
        stopped: Callable[[], bool],
    ) -> str:
        """The id of the image, built where it is not there under another wish. Raises BuildFailed."""
        try:
            with self._container(recipe) as container:
                self._install(container, log=log, stopped=stopped)
                lock = digest(language, base, _file(container, f"{FOLDER}/lock").decode("utf-8", "replace"))
                image = self.base(f"{REPOSITORY}:{lock}") or self._layer(
                    container, base=base, lock=lock, language=language, packages=packages
                )
            self._client().images.get(image).tag(WISHES, tag=wish)
        except _FAULTS as error:
            raise BuildFailed(f"The container engine failed: {error}") from error
        return image

    @contextlib.contextmanager
    def _container(self, recipe: Recipe) -> Iterator[Any]:
        """A container that may use the network, and in which nothing of a user's runs."""
        authorities = certificates()
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        if authorities:
            names = ("PIP_CERT", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "npm_config_cafile")
            environment |= dict.fromkeys(names, f"{FOLDER}/certificates.pem")
        environment |= {"HOME": FOLDER, "LANG": "C.UTF-8"}
        try:
            container = self._client().containers.create(
                recipe.builder,
                ["/bin/sh", "-c", recipe.script],
                entrypoint=[],
                user=_USER,
                working_dir="/",
                environment=environment,
                network_mode=os.environ.get("STEPGRAPH_SANDBOX_BUILD_NETWORK") or "bridge",
                cap_drop=["ALL"],
                security_opt=["no-new-privileges"],
                pids_limit=256,
                mem_limit="2g",
                init=True,
                labels=self._labels(BUILD_SECONDS + 120),
            )
        except docker.errors.ImageNotFound as error:
            raise BuildFailed(
                f"The image {recipe.builder}, which installs packages, is not there: run `manage.py sandbox build`."
            ) from error
        try:
            files = {**recipe.files, **({"certificates.pem": authorities} if authorities else {})}
            container.put_archive("/", archive(files, folder=FOLDER.lstrip("/")))
            yield container
        finally:
            with contextlib.suppress(*_FAULTS):
                container.remove(force=True, v=True)

    def _install(self, container: Any, *, log: Callable[[str], None], stopped: Callable[[], bool]) -> None:
        container.start()
        deadline, seen = time.monotonic() + BUILD_SECONDS, 0
        while True:
            container.reload()
            running = container.attrs["State"]["Running"]
            lines = container.logs(stdout=True, stderr=True).decode("utf-8", "replace").splitlines()
            for line in lines[seen : len(lines) if not running else max(seen, len(lines) - 1)]:
                log(line)
                seen += 1
            if not running:
                break
            if stopped() or time.monotonic() > deadline:
                raise BuildFailed(f"The installation did not end within {BUILD_SECONDS:.0f} s, or was stopped.")
            time.sleep(0.3)
        if container.attrs["State"]["ExitCode"] != 0:
            raise BuildFailed("\n".join(lines[-15:]) or "The installation failed without a word.")

    def _layer(self, container: Any, *, base: str, lock: str, language: str, packages: Sequence[str]) -> str:
        """Copies what was installed into the language's image, which is never started for it."""
        client = self._client()
        target = client.containers.create(base, ["true"], labels=self._labels(BUILD_SECONDS), network_mode="none")
        try:
            stream, _ = container.get_archive(f"{FOLDER}/layer/.", chunk_size=_CHUNK)
            counted = _Counted(stream)
            target.put_archive("/", counted)
            labels = {LABEL: language, f"{LABEL}.wishes": " ".join(packages), f"{LABEL}.size": str(counted.size)}
            # The labels of the container are for the reaper, and would otherwise be inherited.
            labels |= dict.fromkeys(self._labels(0), "")
            changes = [f'LABEL {name}="{value}"' for name, value in labels.items()]
            return str(target.commit(repository=REPOSITORY, tag=lock, changes=changes).id)
        finally:
            with contextlib.suppress(*_FAULTS):
                target.remove(force=True, v=True)

    def has_builder(self, language: str) -> bool:
        """Whether the image that installs packages is there."""
        return self.base(builder_of(language)) is not None


class _Counted:
    """Passes a stream on and counts it."""

    def __init__(self, stream: Iterator[bytes]) -> None:
        self._stream = stream
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self.size += len(piece)
            if self.size > LAYER_BYTES:
                raise BuildFailed(f"The packages are larger than {LAYER_BYTES // 1024**3} GiB.")
            yield piece


def archive(files: Mapping[str, bytes], *, folder: str = "") -> bytes:
    """A tar archive of some files, for the user that installs."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        if folder:
            tar.addfile(_entry(folder, kind=tarfile.DIRTYPE, mode=0o700))
        for name, data in files.items():
            tar.addfile(_entry(f"{folder}/{name}" if folder else name, size=len(data)), io.BytesIO(data))
    return buffer.getvalue()


def _entry(name: str, *, size: int = 0, kind: bytes = tarfile.REGTYPE, mode: int = 0o600) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.size, entry.mode, entry.uid, entry.gid = kind, size, mode, 65532, 65532
    return entry


def _file(container: Any, path: str) -> bytes:
    stream, _ = container.get_archive(path)
    with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as tar:
        entry = tar.extractfile(tar.next() or "")
        return entry.read() if entry is not None else b""


def certificates() -> bytes:
    """The authorities that this host trusts besides the public ones, where the operator names a file of them."""
    for name in ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
        path = os.environ.get(name, "")
        if path and Path(path).is_file():
            return Path(path).read_bytes()
    return b""


def _seconds(text: str) -> float:
    """Engines write nanoseconds, which Python does not read."""
    return datetime.fromisoformat(text[:19] + "+00:00").timestamp()
