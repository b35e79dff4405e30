"""Runs the steps of one job, one after the other, each in a fresh process behind walls of its own.

This is a container's own program: python3 -I -c <this> <filter> <harness> [<interpreter> <argument>…]. For each step
it forks from this warm interpreter, or starts the interpreter named; what it started waits for its frame on stdin.
When the step has ended, a line with a token is read from stdin, and marks with it are set behind both streams: the
step's own processes have never seen it. Standard library only; only Linux.

Whose process does what, from the outside in: the container's first process; this one; the first one in a step's new
namespaces, which builds the walls and buries the dead; the step.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import gc
import importlib
import os
import re
import signal
import sys
import time
from typing import Any

NEW_NAMESPACES = 0x10000000 | 0x00020000 | 0x20000000 | 0x40000000 | 0x08000000 | 0x04000000 | 0x02000000
READ_ONLY, NO_SETUID, NO_DEVICES, NO_EXECUTION, BIND, PRIVATE, RECURSIVE = 1, 2, 4, 8, 4096, 1 << 18, 1 << 14
SET_DUMPABLE, SET_SECCOMP, DROP_BOUNDING, SET_NO_NEW_PRIVILEGES, AMBIENT, AMBIENT_CLEAR = 4, 22, 24, 38, 47, 4
SECCOMP_FILTER = 2
CAPABILITIES_VERSION = 0x20080522
HIDDEN_FILES = ("kcore", "keys", "latency_stats", "timer_list", "timer_stats", "sched_debug", "sysrq-trigger")
HIDDEN_FOLDERS = (
    *("/proc/scsi", "/proc/acpi", "/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/sys/firmware"),
    "/dev/mqueue",  # the container's own: a file made in it would outlive its step
)
PRELOADED = (
    *("base64", "collections", "csv", "datetime", "decimal", "hashlib", "inspect", "io", "linecache", "math", "random"),
    *("re", "statistics", "string", "threading", "traceback", "urllib.parse", "uuid"),
)
PROC = "/proc"
REFUSALS = ("/sys/fs/cgroup/pids.events", "/sys/fs/cgroup/pids/pids.events")
TOKEN = 32  # characters
PATIENCE = 1.5  # seconds that processes which a step leaves behind may go on changing
RESTS = 3  # looks in a row at which nobody ran and nobody was born, before that counts as rest
SHORTEST_PAUSE, LONGEST_PAUSE = 0.002, 0.1  # seconds between looks
TICKS = os.sysconf("SC_CLK_TCK")
BROKEN = 78  # how this program and the first process leave when they cannot build walls

CLONE = {"x86_64": 56, "aarch64": 220}  # the numbers of the system call

libc = ctypes.CDLL(None, use_errno=True)
held = ctypes.PyDLL(None, use_errno=True)  # keeps the interpreter's lock, which a child could not take
held.syscall.restype = ctypes.c_long


class Filter(ctypes.Structure):
    """The kernel's sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def check(result: int, what: str) -> None:
    """Raises for a call that failed."""
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def mount(kind: str | None, target: str, flags: int, options: str = "", source: str = "none") -> None:
    """The system call."""
    words = (source.encode(), target.encode(), kind.encode() if kind else None)
    check(libc.mount(*words, ctypes.c_ulong(flags), options.encode() or None), f"mount {target}")


def fork_apart() -> int:
    """Forks into new namespaces of every kind.

    One call, because forking is most of what a step costs: `unshare` would want a process between that has the new
    namespaces and one in them, each with all of this interpreter's memory to be copied and given back. The child must
    do little before it forks as everybody does, since the C library knows nothing of this one.
    """
    flags = ctypes.c_ulong(NEW_NAMESPACES | signal.SIGCHLD)
    none = ctypes.c_void_p(None)
    child: int = held.syscall(ctypes.c_long(CLONE[os.uname().machine]), flags, none, none, none, none)
    check(min(child, 0), "clone")
    return child


def map_user(user: int, group: int) -> None:
    """The only user in the new namespaces is the one we are."""
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(descriptor, text.encode())
        os.close(descriptor)


def build_walls() -> None:
    """Private scratch folders, a /proc that shows nobody else, and nothing of what says much about the machine."""
    mount(None, "/", PRIVATE | RECURSIVE)
    quiet = NO_SETUID | NO_DEVICES | NO_EXECUTION
    mount("proc", "/proc", quiet)
    mount("tmpfs", "/tmp", quiet, "size=64m,nr_inodes=8192,mode=1777")  # noqa: S108 - a new one, the step's alone
    mount("tmpfs", "/dev/shm", quiet, "size=16m,mode=1777")  # noqa: S108 - a new one, the step's alone
    for name in HIDDEN_FILES:
        if os.path.exists(f"/proc/{name}"):  # noqa: PTH110 - before each step: faster
            mount(None, f"/proc/{name}", BIND, source="/dev/null")
    hidden = ""
    for folder in HIDDEN_FOLDERS:
        if os.path.isdir(folder):  # noqa: PTH112 - before each step: faster
            if hidden:  # the same empty one: a file system of its own takes longer to make and to take down
                mount(None, folder, BIND, source=hidden)
            else:
                mount("tmpfs", folder, quiet | READ_ONLY, "size=0,mode=0")
                hidden = folder
    os.chdir("/tmp")  # noqa: S108 - the step's own by now


def give_up_rights(program: bytes) -> None:
    """No capabilities, no way to any, and only the system calls that scripts may make."""
    for capability in range(64):
        if libc.prctl(DROP_BOUNDING, capability, 0, 0, 0) != 0:
            break
    check(libc.prctl(AMBIENT, AMBIENT_CLEAR, 0, 0, 0), "ambient capabilities")
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION, 0)
    check(libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")
    check(libc.prctl(SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no new privileges")
    code = ctypes.create_string_buffer(program, len(program))
    wanted = Filter(len(program) // 8, ctypes.addressof(code))
    check(libc.prctl(SET_SECCOMP, SECCOMP_FILTER, ctypes.byref(wanted), 0, 0), "seccomp")


def be_first(program: bytes, step: Any, built: int, *, user: int, group: int) -> None:
    """The first process in the namespaces, whose end is the end of all in them."""
    try:
        map_user(user, group)
        build_walls()
        give_up_rights(program)
        os.write(built, b"1")
        os.close(built)
        libc.prctl(SET_DUMPABLE, 0, 0, 0, 0)  # its memory is not the step's to look into
        child = os.fork()
    except BaseException as error:  # noqa: BLE001 - whatever it is, without walls there is no step
        broken(error)
    if child == 0:
        libc.prctl(SET_DUMPABLE, 1, 0, 0, 0)
        os.setsid()
        step()
        os._exit(BROKEN)
    os.close(0)
    code = bury(child)
    linger()
    os._exit(code)


def broken(error: BaseException) -> None:
    """Leaves, and says why."""
    os.write(2, f"The walls of a step could not be built: {error}\n".encode())
    os._exit(BROKEN)


def bury(child: int) -> int:
    """Waits for the step's process, and meanwhile for the orphans that come to us."""
    while True:
        gone, status = os.wait()
        if gone == child:
            return ended(status)


def ended(status: int) -> int:
    """How a process ended, as shells have it."""
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def linger() -> None:
    """A bomb goes on when the step has ended, and is known by its coming and going: it gets a moment to do so."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
        keep_looking()


def keep_looking() -> None:
    """As long as anything changes or has yet to run, and a little longer; with more patience if it could hardly run.

    One look at which all rest proves nothing: what ran may have had a child, which the list has not, and ended.
    """
    born = changed = time.monotonic()
    before, ran_before = look()[::2]
    rests = 0
    pause = SHORTEST_PAUSE
    while before[0] and refused() == REFUSED_BEFORE:
        time.sleep(pause)  # they run meanwhile: looking without a pause takes the time of a bomb that has but little
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        began = time.monotonic()
        seen, busy, ran = look()
        now = time.monotonic()
        pause = min(max(2 * (now - began), SHORTEST_PAUSE), LONGEST_PAUSE)
        rests = 0 if busy or seen[1] != before[1] else rests + 1
        if now > born + (8 * PATIENCE if rests < RESTS and ran < ran_before + 1.0 else PATIENCE):
            return
        if rests == 0 or seen != before:
            before, changed = seen, now
        elif rests >= RESTS and now > changed + 0.2:
            return


def look() -> tuple[tuple[list[str], bytes], bool, float]:
    """Who else is in here and who was born last, whether one of them runs or waits to, and for how long all have run.

    A whole container may have to wait for its turn: that nothing changes says little while somebody wants to run.
    """
    members = sorted(name for name in os.listdir(PROC) if name.isdigit() and name != "1")  # noqa: PTH208 - faster
    busy, ticks = False, 0
    for name in members:
        try:
            with open(f"{PROC}/{name}/stat", "rb") as file:  # noqa: PTH123 - faster
                state, *numbers = file.read().rpartition(b")")[2].split()
        except OSError:
            busy = True  # it has just gone
            continue
        busy = busy or state in {b"R", b"D"}
        ticks += sum(map(int, numbers[10:14]))
    with open(f"{PROC}/loadavg", "rb") as file:  # noqa: PTH123 - faster
        last = file.read().split()[-1]
    gone = os.times()
    return (members, last), busy, ticks / TICKS + gone.children_user + gone.children_system


def counter(files: tuple[str, ...], key: str) -> int:
    """A number that the kernel counts for this container."""
    for name in files:
        with contextlib.suppress(OSError), open(name) as file:  # noqa: PTH123 - after each step: faster
            return next((int(line.split()[1]) for line in file if line.startswith(f"{key} ")), 0)
    return 0


def refused() -> int:
    """How many processes the kernel has refused."""
    return counter(REFUSALS, "max")


def killed() -> int:
    """How many processes the kernel has ended for want of memory."""
    return counter(("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"), "oom_kill")


def token() -> str:
    """The line behind the step's frame; empty when nobody wants anything any more, or something else stands there.

    That is the rest of a frame whose step ended, for want of memory, before it had read it: no step can follow.
    """
    word = b""
    while not word.endswith(b"\n"):
        piece = os.read(0, 1)
        if not piece or len(word) > TOKEN:
            return ""
        word += piece
    return word[:-1].decode() if re.fullmatch(rb"[0-9a-f]{%d}\n" % TOKEN, word) else ""


def mark(words: str) -> None:
    """Sets the marks; a step may have left the pipes in a mode of its liking."""
    for descriptor in (2, 1):
        os.set_blocking(descriptor, True)
        data = words.encode()
        while data:
            data = data[os.write(descriptor, data) :]


def started(argv: list[str]) -> Any:
    """A step that is another interpreter, started anew."""

    def step() -> None:
        os.execvp(argv[0], argv)  # noqa: S606 - the interpreter, by the service's own words

    return step


def forked(harness: str) -> Any:
    """A step that goes on from here."""
    for name in PRELOADED:
        importlib.import_module(name)
    names: dict[str, Any] = {"__name__": "harness"}
    exec(compile(harness, "harness.py", "exec"), names)  # noqa: S102 - the harness is ours

    def step() -> None:
        sys.argv = [""]
        names["start"]()

    return step


def main() -> None:
    """Steps, until nobody wants any."""
    global REFUSED_BEFORE
    program = base64.b64decode(sys.argv[1])
    harness, *argv = sys.argv[2:]
    step = started(argv) if argv else forked(harness)
    REFUSED_BEFORE, killed_before = refused(), killed()
    gc.collect()
    gc.freeze()  # or every child's first collection would copy all of our memory
    while True:
        code = one(program, step)
        word = token()
        if not word:
            if killed() > killed_before:  # the engine may not say so
                os.write(2, b"The step was ended: Cannot allocate memory\n")
            os._exit(code)
        refused_now, killed_now = refused(), killed()
        mark(f"\x1esg-end:{word} {code} {refused_now - REFUSED_BEFORE} {killed_now - killed_before}\n")
        REFUSED_BEFORE, killed_before = refused_now, killed_now


def one(program: bytes, step: Any) -> int:
    """One step, from its start to how it ended; without walls there is none, nor any other after it."""
    standing, built = os.pipe()
    user, group = os.getuid(), os.getgid()
    try:
        child = fork_apart()
    except OSError as error:
        broken(error)
    if child == 0:
        os.close(standing)
        be_first(program, step, built, user=user, group=group)
    os.close(built)
    code = ended(os.waitpid(child, 0)[1])
    if os.read(standing, 1) != b"1":
        os._exit(BROKEN)
    os.close(standing)
    return code


REFUSED_BEFORE = 0
main()
