"""Runs programs as children: restarts one that dies, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog

logger = structlog.get_logger(__name__)

_RESTART_SECONDS = 0.3
_STOP_SECONDS = 12.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Program:
    """A child: its name, what to run, and what to add to its environment."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    outlives: bool = False  # others need it until they have ended


class Supervisor:
    """Keeps programs alive until it is told to stop."""

    def __init__(self) -> None:
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._programs: dict[str, Program] = {}
        self._children: dict[str, asyncio.subprocess.Process] = {}

    def start(self, program: Program) -> None:
        """Starts a program and keeps it running."""
        self._programs[program.name] = program
        self._tasks.append(asyncio.create_task(self._keep(program), name=program.name))

    def request_stop(self) -> None:
        """Ends `wait`."""
        self._stopping.set()

    async def wait(self) -> None:
        """Until somebody asks to stop."""
        await self._stopping.wait()

    async def stop(self) -> None:
        """Ends all children: politely, then by force, each with everything that it started."""
        self._stopping.set()
        await self._end([name for name, program in self._programs.items() if not program.outlives])
        await self._end([name for name, program in self._programs.items() if program.outlives])

    async def _end(self, names: list[str]) -> None:
        children = [self._children[name] for name in names if name in self._children]
        for child in children:
            _signal_group(child, signal.SIGTERM, only_leader=True)
        waits = [asyncio.create_task(child.wait()) for child in children]
        _, pending = await asyncio.wait(waits, timeout=_STOP_SECONDS) if waits else (set(), set())
        if pending:
            logger.warning("children do not stop and are killed", count=len(pending))
        for child in children:
            _signal_group(child, signal.SIGKILL)
        await asyncio.gather(*waits)

    async def _keep(self, program: Program) -> None:
        while not self._stopping.is_set():
            try:
                code = await self._run_once(program)
            except OSError as error:
                logger.error("child cannot be started", name=program.name, reason=str(error))  # noqa: TRY400 it says all
            else:
                if not self._stopping.is_set():
                    logger.warning("child died and is started again", name=program.name, code=code)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _RESTART_SECONDS)

    async def _run_once(self, program: Program) -> int:
        child = await asyncio.create_subprocess_exec(
            *program.command,
            env={**os.environ, **program.environment},
            start_new_session=True,  # a terminal's Ctrl-C reaches us alone, and we end them in order
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        self._children[program.name] = child
        code = await child.wait()
        _signal_group(child, signal.SIGKILL)  # what a dead child has left behind
        return code


def _signal_group(child: asyncio.subprocess.Process, number: signal.Signals, *, only_leader: bool = False) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has ended already, which is what we want
        if only_leader:
            child.send_signal(number)
        else:
            os.killpg(child.pid, number)


def _die_with_parent() -> None:
    """Even a supervisor that was killed leaves nothing behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
