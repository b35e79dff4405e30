"""Scripts behind Linux namespaces by `bwrap`: read-only system, private /tmp, no network, nobody else in sight."""

from __future__ import annotations

import platform
import re
import shutil
from pathlib import Path
from typing import Final

from sandboxes import limits
from sandboxes.runtimes import host
from sandboxes.runtimes.base import SCRATCH
from sandboxes.runtimes.local import LocalRuntime
from sandboxes.runtimes.processes import ROOM

_INSIDE_UID: Final = "65532"
_SYSTEM: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
# What programs need of /etc; the rest, passwords among it, does not exist inside.
_CONFIGURATION: Final = (
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/etc/ssl",
    "/etc/ca-certificates",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/mime.types",
)
_NAMES: Final = ("/etc/resolv.conf", "/etc/hosts")


class Bubblewrap(LocalRuntime):
    """Namespaces for everything, and a user inside that owns nothing."""

    name = "bubblewrap"
    supervises = True

    def works(self) -> str:
        """Why it cannot be used here; empty if it can."""
        if shutil.which("bwrap") is None:
            return "bubblewrap is not installed"
        if self.probe(["/bin/sh", "-c", "echo ready"]) != "ready":
            return "bubblewrap does not work here (unprivileged user namespaces are probably forbidden)"
        return ""

    def walled(self, argv: list[str], *, folder: Path, network: bool) -> list[str]:
        """The command behind bwrap."""
        options = [*_namespaces(network=network), *_files(argv[0], network=network)]
        for name, value in self.environment(folder).items():
            options += ["--setenv", name, value]
        return [shutil.which("bwrap") or "bwrap", *options, "--", *_process_limit(), *argv]

    def environment(self, folder: Path) -> dict[str, str]:
        """The same for every script: inside, the folders are private."""
        return {"PATH": host.PATH, "HOME": SCRATCH, "TMPDIR": SCRATCH, "LANG": "C.UTF-8"}


def _process_limit() -> list[str]:
    """Since Linux 5.14 a namespace's processes are counted apart from all others of their user."""
    prlimit = shutil.which("prlimit")
    version = re.match(r"(\d+)\.(\d+)", platform.release())
    if prlimit is None or version is None or (int(version[1]), int(version[2])) < (5, 14):
        return []
    return [prlimit, f"--nproc={ROOM}", "--"]


def _namespaces(*, network: bool) -> list[str]:
    options = ["--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"]
    options += ["--uid", _INSIDE_UID, "--gid", _INSIDE_UID, "--cap-drop", "ALL"]
    return [*options, "--share-net"] if network else options


def _files(interpreter: str, *, network: bool) -> list[str]:
    options: list[str] = []
    for path in (*_SYSTEM, *_CONFIGURATION, *(_NAMES if network else ())):
        options += (
            ["--symlink", str(Path(path).readlink()), path]
            if Path(path).is_symlink() and path in _SYSTEM
            else (["--ro-bind-try", path, path])
        )
    home = Path(interpreter).parent.parent
    if not interpreter.startswith(("/usr/", "/bin/")):
        options += ["--ro-bind", str(home), str(home)]
    return [
        *options,
        *("--proc", "/proc", "--dev", "/dev"),
        *("--size", str(limits.SCRATCH_BYTES), "--tmpfs", SCRATCH, "--chdir", SCRATCH),
        *("--remount-ro", "/"),
    ]
