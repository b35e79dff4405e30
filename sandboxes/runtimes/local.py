"""What the runtimes without an engine have in common: interpreters of this host, started as processes."""

from __future__ import annotations

import subprocess
import threading
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from signal import SIGKILL
from typing import Final

from sandboxes.endmark import new_token, supervised
from sandboxes.errors import RuntimeMissing
from sandboxes.languages import LANGUAGES
from sandboxes.languages.base import Language
from sandboxes.model import Execution
from sandboxes.runtimes import family, host
from sandboxes.runtimes.base import Availability, Runtime, Sandbox
from sandboxes.runtimes.processes import Command, ProcessSandbox, bounded, make_folder, remove_folder, remove_folders

_PROBE_SECONDS: Final = 10.0


class LocalRuntime(Runtime):
    """Starts the host's interpreters; subclasses say behind which wall."""

    supervises = (
        False  # True where the end of the script's first process is the end of all, so that none can be watched
    )

    def __init__(self, service: str) -> None:
        self._service = service
        self._users = host.Users()
        self._lock = threading.Lock()
        self._found: dict[str, tuple[str, str]] = {}  # language -> interpreter, version
        self.max_running = self._users.count

    @abstractmethod
    def walled(self, argv: list[str], *, folder: Path, network: bool) -> list[str]:
        """The command behind the runtime's wall."""

    @abstractmethod
    def environment(self, folder: Path) -> dict[str, str]:
        """All that the script sees of the environment."""

    def start(self, execution: Execution, language: Language) -> Sandbox:
        """Starts the interpreter behind the wall, as a user of its own if possible."""
        if execution.image:
            raise RuntimeMissing(f"The image {execution.image} needs Docker, but scripts run in {self.name} here.")
        interpreter = self._interpreter(language)
        if interpreter is None:
            raise RuntimeMissing(language.missing)
        uid = self._users.take()
        folder = make_folder(uid, service=self._service)
        argv = language.argv(interpreter, memory_mb=execution.memory_mb)
        token = new_token() if self.supervises else ""
        if token:
            argv = supervised(argv, token=token)
        space = execution.memory_mb if language.bounded_address_space else None
        walled = self.walled(argv, folder=folder, network=execution.network)
        return ProcessSandbox(
            Command(
                argv=bounded(walled, address_space_mb=space, own_user=uid is not None),
                env=self.environment(folder),
                mark=f"{self._service}:{execution.id}",
                folder=folder,
                memory_mb=execution.memory_mb,
                uid=uid,
                token=token,
                release=lambda: self._users.give_back(uid),
            )
        )

    def languages(self) -> Mapping[str, Availability]:
        """Every language by whether it can run here."""
        return {name: self._availability(language) for name, language in LANGUAGES.items()}

    def reap(self, *, all_of_mine: bool = False) -> int:
        """Kills processes that bear the mark of an earlier life of this service."""
        if not all_of_mine:
            return 0  # whatever runs has a runner here, which minds its deadline
        stray = {*family.marked(f"{self._service}:")}
        family.signal_all(stray, SIGKILL)
        remove_folders(self._service)
        return len(stray)

    def _availability(self, language: Language) -> Availability:
        if self._interpreter(language) is None:
            return Availability(available=False, detail=language.missing)
        return Availability(available=True, detail=self._found[language.name][1])

    def _interpreter(self, language: Language) -> str | None:
        """The first interpreter that really answers behind the wall; a missing one is looked for each time."""
        with self._lock:
            if language.name not in self._found:
                for candidate in host.interpreters(language):
                    version = self._version(candidate, language)
                    if version:
                        self._found[language.name] = (candidate, version)
                        break
            return self._found[language.name][0] if language.name in self._found else None

    def _version(self, interpreter: str, language: Language) -> str:
        return self.probe([interpreter, *language.version])

    def probe(self, argv: list[str]) -> str:
        """What a harmless command prints behind the wall; empty if it does not work."""
        uid = self._users.take()
        folder = make_folder(uid, service=self._service)
        try:
            done = subprocess.run(  # noqa: S603 - an argument list of our own making
                bounded(self.walled(argv, folder=folder, network=False), address_space_mb=None, own_user=False),
                env=self.environment(folder),
                cwd=folder,
                user=uid,
                group=uid,
                extra_groups=None if uid is None else [],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_PROBE_SECONDS,
                check=False,
            )
            return done.stdout.strip().split("\n")[0] if done.returncode == 0 else ""
        except (OSError, subprocess.TimeoutExpired):
            return ""
        finally:
            remove_folder(folder)
            self._users.give_back(uid)
