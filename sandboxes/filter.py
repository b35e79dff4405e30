"""The allow-list as a program for the kernel itself, for sandboxes that no engine loads it for.

The same list as `seccomp.profile` without a network: what is not on it gets EPERM, and another machine's table of
calls, such as that of 32-bit programs, gets nothing at all.
"""

from __future__ import annotations

import platform
import struct
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from sandboxes import seccomp
from sandboxes.syscalls import numbers

_LOAD, _EQUAL, _GREATER, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x25, 0x35, 0x54, 0x06
_NUMBER, _MACHINE, _ARGUMENT = 0, 4, 16  # offsets in the kernel's description of a call
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM: Final = 1
_MACHINES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7, "arm64": 0xC00000B7}
_X32: Final = 0x40000000  # marks the calls of a third table on x86-64

Instruction = tuple[int, int, int, int]  # operation, steps to jump if true and if false, operand


def program(machine: str = "") -> bytes:
    """The filter as the kernel takes it; empty for a kind of machine that we do not know."""
    machine = machine or platform.machine()
    table = numbers(machine)
    if not table:
        return b""
    code: list[Instruction] = [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 1, 0, _MACHINES[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
        *_by_arguments(table),
        *_ranges(sorted(table[name] for name in seccomp.allowed() if name in table)),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
    ]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def _by_arguments(table: dict[str, int]) -> Iterable[Instruction]:
    # The C library falls back to clone, whose flags can be seen.
    yield (_EQUAL, 0, 1, table["clone3"])
    yield (_RETURN, 0, 0, _ERRNO | seccomp.ENOSYS)
    yield from _if(table["clone"], (_AND, 0, 0, seccomp.NAMESPACE_FLAGS), allowed=(0,))
    yield from _if(table["personality"], None, allowed=(0, 0xFFFFFFFF))
    yield from _if(table["socket"], None, allowed=(seccomp.UNIX,))


def _if(number: int, change: Instruction | None, *, allowed: tuple[int, ...]) -> Iterable[Instruction]:
    """For one call: allowed if its first argument, or part of it, is one of these."""
    inner = [(_LOAD, 0, 0, _ARGUMENT), *([change] if change else [])]
    for value in allowed:
        inner += [(_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ALLOW)]
    inner.append((_RETURN, 0, 0, _ERRNO | _EPERM))
    yield (_EQUAL, 0, len(inner), number)
    yield from inner


def _ranges(calls: list[int]) -> Iterable[Instruction]:
    """Allows the calls, by runs of neighbours in rising order."""
    starts = [calls[0], *(after for before, after in pairwise(calls) if after != before + 1)]
    ends = [*(before for before, after in pairwise(calls) if after != before + 1), calls[-1]]
    for start, end in zip(starts, ends, strict=True):
        yield (_GREATER, 3, 0, end)  # to the next run
        yield (_AT_LEAST, 0, 1, start)
        yield (_RETURN, 0, 0, _ALLOW)
        yield (_RETURN, 0, 0, _ERRNO | _EPERM)
