"""Runs one execution from start to end: feeds it, reads it, minds its limits, and ends it whatever it does."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from sandboxes import limits
from sandboxes.errors import InvalidExecution, RuntimeMissing, SandboxLost
from sandboxes.languages import LANGUAGES
from sandboxes.languages.base import Frame, Language
from sandboxes.model import Execution, LogLine, Outcome, Status
from sandboxes.output import Output, is_file_name, new_marker
from sandboxes.results import Exit, decide, wanted_more_processes
from sandboxes.runtimes.base import Runtime, Sandbox

_TICK: Final = 0.05  # seconds between looks at the clock
_DRAIN: Final = 0.3  # seconds for output that a process left in its pipes

OnLog = Callable[[LogLine], None]
Cancelled = Callable[[], bool]


def run(execution: Execution, runtime: Runtime, *, on_log: OnLog, cancelled: Cancelled) -> Outcome:
    """Runs the code and says how it ended; never raises for anything that a script does."""
    started = time.monotonic()
    outcome = _outcome(execution, runtime, on_log=on_log, cancelled=cancelled)
    return replace(outcome, duration=time.monotonic() - started, isolation=runtime.name)


def _outcome(execution: Execution, runtime: Runtime, *, on_log: OnLog, cancelled: Cancelled) -> Outcome:
    try:
        language = _checked(execution)
        sandbox = runtime.start(execution, language)
    except RuntimeMissing as error:
        return Outcome(status=Status.UNAVAILABLE, message=str(error))
    except InvalidExecution as error:
        return Outcome(status=Status.FAILED, message=str(error))
    except SandboxLost as error:
        return Outcome(status=Status.LOST, message=str(error))
    try:
        return _Run(execution, sandbox, on_log=on_log, cancelled=cancelled).to_end(language)
    finally:
        sandbox.close()


def _checked(execution: Execution) -> Language:
    """The execution's language, if everything it asks for can be had."""
    language = LANGUAGES.get(execution.language)
    if language is None:
        raise InvalidExecution(f"There is no language {execution.language!r}; there are {', '.join(LANGUAGES)}.")
    if not 0 < execution.timeout <= limits.MAX_TIMEOUT:
        raise InvalidExecution(f"timeout must be between 0 and {limits.MAX_TIMEOUT:.0f} seconds.")
    if not limits.MIN_MEMORY_MB <= execution.memory_mb <= limits.MAX_MEMORY_MB:
        raise InvalidExecution(f"memory_mb must be between {limits.MIN_MEMORY_MB} and {limits.MAX_MEMORY_MB}.")
    if not 0 < execution.cpus <= limits.MAX_CPUS:
        raise InvalidExecution(f"cpus must be between 0 and {limits.MAX_CPUS:.0f}.")
    _check_files(execution.files)
    for name, value in execution.env.items():
        if not (name.isascii() and name.isidentifier()):
            raise InvalidExecution(
                f"{name!r} cannot be the name of an environment variable: letters, digits and _ only."
            )
        if "\0" in value:
            raise InvalidExecution(f"The environment variable {name} holds a NUL character, which none can.")
    return language


def _check_files(files: Mapping[str, bytes]) -> None:
    for name in files:
        if not is_file_name(name):
            raise InvalidExecution(f"{name[:80]!r} cannot be the name of a file for a script.")
    if len(files) > limits.FILES or sum(map(len, files.values())) > limits.FILES_BYTES:
        size = limits.FILES_BYTES // (1024 * 1024)
        raise InvalidExecution(f"A script can be given {limits.FILES} files of {size} MiB altogether.")


class _Run:
    """One sandbox between its start and its end."""

    def __init__(self, execution: Execution, sandbox: Sandbox, *, on_log: OnLog, cancelled: Cancelled) -> None:
        self._execution, self._sandbox, self._cancelled = execution, sandbox, cancelled
        self._marker = new_marker()
        self._output = Output(self._marker, on_log=on_log)
        # The clock is the host's: a script can stop its own.
        self._deadline = time.monotonic() + execution.timeout

    def to_end(self, language: Language) -> Outcome:
        """Feeds the harness and reads until the script has ended or must end."""
        asked = self._execution
        frame = Frame(self._marker, asked.code, asked.context, asked.env, asked.files)
        self._sandbox.send(language.encode(frame))
        while True:
            self._read(timeout=min(_TICK, max(0.0, self._deadline - time.monotonic())))
            verdict = self._verdict()
            if verdict is not None:
                self._output.close()
                return verdict
            ended = self._sandbox.ended()
            if ended is not None:
                return self._conclude(ended)

    def _read(self, *, timeout: float) -> bool:
        chunks = self._sandbox.read(timeout=timeout)
        for chunk in chunks:
            self._output.feed(chunk.stream, chunk.data)
        return bool(chunks)

    def _verdict(self) -> Outcome | None:
        """The outcome of a script that may not go on, else None."""
        if self._output.excess:
            return Outcome(status=Status.OUTPUT_LIMIT, message=self._output.excess)
        if self._cancelled():
            return Outcome(status=Status.CANCELLED, message="The script was cancelled.")
        breach = self._sandbox.breach()
        if breach is not None:
            return Outcome(status=breach.status, message=self._with_stderr(breach.message))
        if time.monotonic() >= self._deadline and self._sandbox.ended() is None:
            return self._late()
        return None

    def _late(self) -> Outcome:
        breach = self._sandbox.breach_at_deadline()
        if breach is not None:
            return Outcome(status=breach.status, message=self._with_stderr(breach.message))
        if wanted_more_processes(self._output):
            message = f"The script tried to run more than {limits.PROCESSES} processes at once."
            return Outcome(status=Status.PROCESS_LIMIT, message=self._with_stderr(message))
        message = f"The script ran longer than its {self._execution.timeout:g} s."
        return Outcome(status=Status.TIMEOUT, message=self._with_stderr(message))

    def _conclude(self, ended: Exit) -> Outcome:
        # Children that outlive the script may hold its pipes open, so this is bounded too.
        until = time.monotonic() + _DRAIN
        while time.monotonic() < until and not self._output.excess and self._read(timeout=0):
            pass
        self._output.close()
        if self._output.excess:
            return Outcome(status=Status.OUTPUT_LIMIT, message=self._output.excess, exit_code=ended.code)
        outcome = decide(self._output, ended, memory_mb=self._execution.memory_mb)
        return replace(outcome, files=self._output.files) if outcome.status is Status.OK else outcome

    def _with_stderr(self, message: str) -> str:
        return f"{message}\n{self._output.stderr.last_lines()}".rstrip()
