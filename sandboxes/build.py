"""Builds the images that scripts run in, and checks from inside that their walls stand."""

from __future__ import annotations

import contextlib
import io
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import docker
import docker.errors
import requests.exceptions

from sandboxes.errors import SandboxError
from sandboxes.languages import LANGUAGES
from sandboxes.languages.base import Language
from sandboxes.model import JSON, Execution, Status
from sandboxes.packages.images import archive, certificates
from sandboxes.packages.recipes import WITH_PACKAGES, builder_of
from sandboxes.runner import run
from sandboxes.runtimes import Kind, choose

_IMAGES: Final = Path(__file__).parent / "images"
_BUILD_TIMEOUT: Final = 1200  # seconds
_STALE_AFTER: Final = timedelta(days=14)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Built:
    """One language's image, or why there is none."""

    language: str
    image: str
    ok: bool
    detail: str


def build(languages: Iterable[str] = (), *, base_image: str | None = None, network: str | None = None) -> list[Built]:
    """Builds the images of the languages (all by default), on another base if one is given."""
    try:
        client = docker.from_env(version="auto", timeout=_BUILD_TIMEOUT)
    except (docker.errors.DockerException, requests.exceptions.RequestException) as error:
        raise SandboxError("Docker is not reachable. Start it, or run scripts without images.") from error
    return [_build(client, name, base_image=base_image, network=network) for name in (*languages,) or LANGUAGES]


def _build(client: docker.DockerClient, name: str, *, base_image: str | None, network: str | None) -> Built:
    if name not in LANGUAGES:
        return Built(name, "", ok=False, detail=f"There is no such language; there are {', '.join(LANGUAGES)}.")
    options: dict[str, Any] = {"buildargs": {"BASE_IMAGE": base_image} if base_image else {}, "network_mode": network}
    tag = LANGUAGES[name].image
    try:
        if name in WITH_PACKAGES:
            _stage(client, name, tag=builder_of(name), target="builder", **options)
            options["target"] = "runtime"
        image = _stage(client, name, tag=tag, **options)
    except (docker.errors.DockerException, requests.exceptions.RequestException) as error:
        return Built(name, tag, ok=False, detail=_reason(error))
    _collect(client, LANGUAGES[name])
    return Built(name, tag, ok=True, detail=str(image.id))


def _collect(client: docker.DockerClient, language: Language) -> None:
    """Removes images that other versions of the product built long ago; those in use refuse to go."""
    for image in client.images.list(name=language.repository):
        old = _age(image.attrs) > _STALE_AFTER
        for tag in image.tags:
            if old and tag.startswith(f"{language.repository}:") and tag != language.image:
                with contextlib.suppress(docker.errors.APIError):
                    client.images.remove(tag)


def _age(attributes: Mapping[str, JSON]) -> timedelta:
    """Since the image was last named, which every build does."""
    named = datetime.fromisoformat(re.sub(r"\.\d+", "", str(attributes["Metadata"]["LastTagTime"])))
    # An image that came from elsewhere was never named here, which the engine tells as the year 1.
    return datetime.now(UTC) - max(named, _EPOCH)


def _stage(client: docker.DockerClient, name: str, **options: Any) -> Any:
    """Builds one stage of a language's Dockerfile, which finds the host's own authorities beside it."""
    files = {"Dockerfile": (_IMAGES / name / "Dockerfile").read_bytes(), "certificates.pem": certificates()}
    image, _ = client.images.build(
        fileobj=io.BytesIO(archive(files)), custom_context=True, encoding="utf-8", rm=True, forcerm=True, **options
    )
    return image


def _reason(error: Exception) -> str:
    """The end of the build's log, where the reason stands."""
    lines = [str(part.get("stream", "")) for part in getattr(error, "build_log", ()) if isinstance(part, dict)]
    return "\n".join([*"".join(lines).strip().splitlines()[-5:], str(error)])


@dataclass(frozen=True, slots=True)
class Check:
    """One property of the sandbox, looked at from inside."""

    name: str
    ok: bool
    detail: str


# Each line prints a name, a tab, and what was found; bash, since every runtime has it.
_PROBES: Final = r"""
say() { printf '%s\t%s\n' "$1" "$2"; }
field() { sed -n "s/^$1:[[:space:]]*//p" /proc/self/status; }
say uid "$(id -u)"
say capabilities "$(field CapEff)"
say no_new_privileges "$(field NoNewPrivs)"
say seccomp "$(field Seccomp)"
(: > /probe) 2> /dev/null && say root writable || say root read-only
(: > /usr/probe) 2> /dev/null && say system writable || say system read-only
say interfaces "$(ls /sys/class/net 2> /dev/null | grep -cv '^lo$' || true)"
(exec 3<> /dev/tcp/169.254.169.254/80) 2> /dev/null && say network open || say network closed
[[ -r /etc/shadow ]] && say shadow readable || say shadow closed
[[ -w /var/run/docker.sock ]] && say engine reachable || say engine absent
say open_files "$(ulimit -n)"
say file_size "$(ulimit -f)"
say setuid "$(find /usr /bin /sbin -xdev -type f -perm /6000 2> /dev/null | wc -l)"
"""

_WANTED: Final[dict[str, tuple[str, frozenset[str]]]] = {
    "uid": ("runs as a user without rights", frozenset({"65532"})),
    "capabilities": ("has no capabilities", frozenset({"0000000000000000"})),
    "no_new_privileges": ("cannot gain rights", frozenset({"1"})),
    "seccomp": ("system calls are filtered", frozenset({"2"})),
    "root": ("the root is read-only", frozenset({"read-only"})),
    "system": ("the system is read-only", frozenset({"read-only"})),
    "network": ("the network is closed", frozenset({"closed"})),
    "shadow": ("the host's passwords are out of reach", frozenset({"closed"})),
    "engine": ("the container engine is out of reach", frozenset({"absent"})),
    "open_files": ("open files are limited", frozenset({"256"})),
    "file_size": ("file sizes are limited", frozenset({"65536"})),
    "setuid": ("no program raises rights", frozenset({"0"})),
}


def check(kind: Kind = "auto") -> list[Check]:
    """Looks at the sandbox from inside; the first entry names the isolation in force."""
    choice = choose(kind, service=f"check-{uuid.uuid4().hex}")
    execution = Execution(id=uuid.uuid4().hex, language="bash", code=_PROBES, timeout=20)
    printed: list[str] = []
    outcome = run(execution, choice.runtime, on_log=lambda line: printed.append(line.text), cancelled=lambda: False)
    isolation = Check("isolation", ok=choice.runtime.name == "docker", detail=choice.reason or choice.runtime.name)
    if outcome.status is not Status.OK:
        return [isolation, Check("a script runs", ok=False, detail=outcome.message)]
    found = dict(line.split("\t", 1) for line in printed if "\t" in line)
    return [isolation, *(_compared(key, found) for key in _WANTED), *_languages(choice.runtime.languages())]


def _compared(key: str, found: dict[str, str]) -> Check:
    name, wanted = _WANTED[key]
    value = found.get(key, "not found")
    return Check(name, ok=value in wanted, detail=f"{key} = {value}")


def _languages(found: JSON) -> list[Check]:
    return [Check(f"language {name}", ok=state.available, detail=state.detail) for name, state in found.items()]
