"""Sandboxes that are processes of this host: their pipes, their watchdog, and how all of them are ended."""

from __future__ import annotations

import contextlib
import fcntl
import os
import selectors
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sandboxes import limits
from sandboxes.endmark import EndMarks
from sandboxes.errors import SandboxLost
from sandboxes.model import Status, Stream
from sandboxes.results import Exit
from sandboxes.runtimes import family
from sandboxes.runtimes.base import Breach, Chunk, Sandbox

_WATCH_EVERY: Final = 0.1  # seconds
_PIPE_BYTES: Final = 512 * 1024
_FIRST_WATCH: Final = 0.02
_LINGER: Final = 0.2  # seconds in which what a script left may show that it comes and goes, as bombs do
_LINGER_AT_MOST: Final = 1.5
_FEW: Final = 8  # more than that is watched for longer: a shell that was refused a process sleeps for a second
_LINGER_OF_MANY: Final = 1.2
_LINGER_OF_MANY_AT_MOST: Final = 4.0
_LOOKS: Final = 3
_OUR_PROCESSES: Final = 4  # of the walls' own, at most
ROOM: Final = limits.PROCESSES + 2 * _OUR_PROCESSES  # above what is watched, so that the kernel's refusal is seen
_ADDRESS_SLACK_MB: Final = 64  # libraries and stacks take addresses without taking memory


@dataclass(frozen=True, slots=True)
class Command:
    """A process to start; `uid` is a user that nothing else runs as, if we may take one."""

    argv: Sequence[str]
    env: Mapping[str, str]
    mark: str
    folder: Path
    memory_mb: int
    uid: int | None
    token: str  # of the supervisor's marks; empty if there is none
    release: Callable[[], None]  # called once everything has ended


def make_folder(uid: int | None, *, service: str) -> Path:
    """A private folder for one script."""
    folder = Path(tempfile.mkdtemp(prefix=_folder_prefix(service)))
    if uid is not None:
        os.chown(folder, uid, uid)
    return folder


def remove_folders(service: str) -> None:
    """Removes the folders that an earlier life of the service left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_folder_prefix(service)}*"):
        remove_folder(folder)


def _folder_prefix(service: str) -> str:
    return f"stepgraph-sandbox-{service}-"


def remove_folder(folder: Path) -> None:
    """Removes all that a script left; follows no links, and is not stopped by folders nested without end."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except RecursionError:
        command = ["rm", "-rf", "--", str(folder)]
        subprocess.run(command, check=False, timeout=30)  # noqa: S603 - the folder's name is ours


def bounded(argv: Sequence[str], *, address_space_mb: int | None, own_user: bool) -> list[str]:
    """The command behind programs that first set hard limits and give up any way to more rights."""
    prlimit, setpriv = shutil.which("prlimit"), shutil.which(family.GIVES_UP_RIGHTS)
    command = list(argv)
    if setpriv is not None:
        command = [setpriv, "--no-new-privs", "--pdeathsig=KILL", "--", *command]
    if prlimit is None:
        return command
    wishes = [f"--nofile={limits.OPEN_FILES}", "--core=0", f"--fsize={limits.FILE_BYTES}"]
    # Counted per user: exact for a user of its own, else a fence around what the user already runs.
    room = ROOM if own_user else family.tasks_of_user(os.getuid()) + 4 * limits.PROCESSES
    wishes.append(f"--nproc={room}")
    if address_space_mb is not None:
        wishes.append(f"--as={(address_space_mb + _ADDRESS_SLACK_MB) * 1024 * 1024}")
    return [prlimit, *wishes, "--", *command]


class _Linger:
    """Watches what is left until that is nothing, or the same for a while."""

    def __init__(self) -> None:
        self._changed = self._born = time.monotonic()
        self._before: set[int] = set()

    def goes_on(self, members: set[int]) -> bool:
        """True while it is too early to tell."""
        now = time.monotonic()
        if members != self._before:
            self._before, self._changed = members, now
        many = len(members) > _FEW
        quiet, most = (_LINGER_OF_MANY, _LINGER_OF_MANY_AT_MOST) if many else (_LINGER, _LINGER_AT_MOST)
        return bool(members) and now < self._changed + quiet and now < self._born + most


class ProcessSandbox(Sandbox):
    """A process of its own session, read through pipes and watched from outside."""

    def __init__(self, command: Command) -> None:
        self._command = command
        self._process = self._start()
        self._selector = selectors.DefaultSelector()
        self._register("stdout")
        self._register("stderr")
        self._next_watch = time.monotonic() + _FIRST_WATCH
        self._linger: _Linger | None = None
        self._marks = EndMarks(command.token) if command.token else None

    def _start(self) -> subprocess.Popen[bytes]:
        command = self._command
        try:
            return subprocess.Popen(  # noqa: S603 - an argument list of our own making
                list(command.argv),
                env={**command.env, family.MARK: command.mark},
                cwd=command.folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                bufsize=0,
                user=command.uid,
                group=command.uid,
                extra_groups=None if command.uid is None else [],
            )
        except OSError as error:
            self._forget()
            raise SandboxLost(f"The interpreter could not be started: {error.strerror}.") from error

    def _register(self, stream: Stream) -> None:
        pipe = self._process.stdout if stream == "stdout" else self._process.stderr
        if pipe is not None:
            with contextlib.suppress(
                OSError, AttributeError
            ):  # only Linux, and only while there is room: it is for speed
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
            self._selector.register(pipe, selectors.EVENT_READ, stream)

    def send(self, frame: bytes) -> None:
        """Writes from a thread of its own, since a pipe holds little."""
        threading.Thread(target=self._write, args=(frame,), daemon=True).start()

    def _write(self, frame: bytes) -> None:
        pipe = self._process.stdin
        # A script may end, or be ended, before it has read everything.
        with contextlib.suppress(OSError, ValueError):
            view = memoryview(frame)
            while pipe is not None and view:
                view = view[pipe.write(view) or 0 :]
        with contextlib.suppress(OSError, ValueError):
            if pipe is not None:
                pipe.close()

    def read(self, *, timeout: float) -> list[Chunk]:
        """Reads whatever is there, of both pipes."""
        if not self._selector.get_map():
            self._pause(timeout)
            return []
        chunks = []
        for key, _ in self._selector.select(timeout):
            data = os.read(key.fd, _PIPE_BYTES)
            if not data:
                self._selector.unregister(key.fileobj)
            chunks.append(Chunk(stream=key.data, data=self._own(key.data, data)))
        return chunks

    def _own(self, stream: Stream, data: bytes) -> bytes:
        """What the script itself printed."""
        if self._marks is None:
            return data
        return self._marks.feed(stream, data) if data else self._marks.rest(stream)

    def _pause(self, timeout: float) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout)

    def ended(self) -> Exit | None:
        """A signal counts as 128 and its number, as shells have it."""
        if self._marks is not None and self._marks.exit is not None:
            return self._marks.exit
        code = self._process.poll()
        if code is None or (self._lingers() if self._marks is None else self._unread()):
            return None
        return Exit(code=128 - code if code < 0 else code)

    def _unread(self) -> bool:
        """True while the supervisor's marks may still be in the pipes; they are closed, since all ends with it."""
        return bool(self._selector.get_map())

    def _lingers(self) -> bool:
        """True while what the script left comes and goes: a bomb's first process ends long before the bomb."""
        if self._linger is None:
            self._linger = _Linger()
        self._next_watch = 0.0
        # A look at many processes is not of one moment: those that come and go quickly can be missed.
        members = next((found for found in (self._left() for _ in range(_LOOKS)) if found), set())
        return self._linger.goes_on(members)

    def _left(self) -> set[int]:
        """What lives on after the script's first process; also by its mark, where descent says nothing any more."""
        return {*self._family(), *(family.marked(self._command.mark) if self._command.uid is None else ())}

    def breach(self) -> Breach | None:
        """Counts the script's processes and their memory, a few times a second."""
        now = time.monotonic()
        if now < self._next_watch:
            return None
        self._next_watch = now + _WATCH_EVERY
        return self._measured()

    def breach_at_deadline(self) -> Breach | None:
        """Looks once more."""
        return self._measured()

    def _measured(self) -> Breach | None:
        members, tasks = self._look()
        # Processes first: what a fork bomb's processes need together is a consequence.
        if tasks > limits.PROCESSES + _OUR_PROCESSES:
            return Breach(Status.PROCESS_LIMIT, f"The script ran more than {limits.PROCESSES} processes at once.")
        if family.memory(members) > self._command.memory_mb * 1024 * 1024:
            return Breach(Status.OUT_OF_MEMORY, f"The script used more than {self._command.memory_mb} MiB of memory.")
        return None

    def _look(self) -> tuple[list[int], int]:
        uid = self._command.uid
        if uid is not None:
            return family.look(uid)
        members = self._family() if self._linger is None else [*self._left()]
        return members, family.tasks(members)

    def _family(self) -> list[int]:
        if self._command.uid is not None:
            return family.of_user(self._command.uid)
        return family.descendants(self._process.pid)

    def close(self) -> None:
        """Kills the script and all it started, and removes its folder."""
        self._selector.close()
        self._kill_all()
        for pipe in (self._process.stdout, self._process.stderr, self._process.stdin):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self._forget()

    def _forget(self) -> None:
        remove_folder(self._command.folder)
        self._command.release()

    def _kill_all(self) -> None:
        """Kills the group in one blow, then those who left it, in sweeps until nobody is left."""
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        deadline = time.monotonic() + limits.END_GRACE
        while time.monotonic() < deadline:
            members = self._left()
            family.signal_all(members, signal.SIGSTOP)
            family.signal_all(members, signal.SIGKILL)
            if self._process.poll() is None:
                with contextlib.suppress(OSError):
                    self._process.kill()
            if not members and self._process.poll() is not None:
                return
            self._pause(0.01)
