"""The limits that hold for every script, whatever runs it."""

from __future__ import annotations

from typing import Final

STDOUT_BYTES: Final = 1024 * 1024
STDERR_BYTES: Final = 256 * 1024
RESULT_BYTES: Final = 8 * 1024 * 1024
FILES_BYTES: Final = 32 * 1024 * 1024  # of all files given to a script, and of all that it leaves
FILES: Final = 100
LINE_CHARACTERS: Final = 16_384  # longer lines reach the log in pieces
LOG_LINES: Final = 20_000  # of each stream reach the log; a million lines would take longer to pass on than to print
JSON_DEPTH: Final = 100

PROCESSES: Final = 64
OPEN_FILES: Final = 256
FILE_BYTES: Final = 64 * 1024 * 1024
SCRATCH_BYTES: Final = 64 * 1024 * 1024

MAX_TIMEOUT: Final = 24 * 3600.0  # seconds
MIN_MEMORY_MB: Final = 16
MAX_MEMORY_MB: Final = 16 * 1024
MAX_CPUS: Final = 16.0
FRAME_BYTES: Final = 64 * 1024 * 1024

QUEUED: Final = 512  # executions that wait; half of them at most of one organisation
QUEUED_BYTES: Final = 256 * 1024 * 1024  # of all executions that wait or run; more are refused
CONNECTIONS: Final = 1024

END_GRACE: Final = 1.0  # seconds that an ended sandbox gets to be gone before it is left to the reaper
