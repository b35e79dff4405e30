"""The system calls that a script may make in a container: an allow-list, everything else is refused with EPERM.

Left out on purpose, although engines allow them by default: io_uring, ptrace and other ways into foreign
processes, new namespaces, mounts, keys, BPF, System V IPC and message queues, and every socket family but
local ones (and the internet's, for scripts that may use the network).
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable
from typing import Any, Final

_FILES: Final = """
access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64
fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr flistxattr flock fremovexattr
fsetxattr fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64 getxattr inotify_add_watch inotify_init
inotify_init1 inotify_rm_watch ioctl lchown lgetxattr link linkat listxattr llistxattr lremovexattr lseek lsetxattr
lstat memfd_create mkdir mkdirat newfstatat open openat openat2 pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev
pwritev2 read readahead readlink readlinkat readv removexattr rename renameat renameat2 rmdir sendfile setxattr splice
stat statfs statx symlink symlinkat sync sync_file_range syncfs tee truncate umask unlink unlinkat utime utimensat
utimes write writev
"""
_MEMORY: Final = """
brk madvise membarrier mincore mlock mlock2 mlockall mmap mprotect mremap msync munlock munlockall munmap
pkey_alloc pkey_free pkey_mprotect
"""
_PROCESSES: Final = """
arch_prctl capget capset execve execveat exit exit_group fork futex futex_requeue futex_wait futex_waitv futex_wake
get_robust_list get_thread_area getcpu getegid geteuid getgid getgroups getpgid getpgrp getpid getppid getpriority
getresgid getresuid getrlimit getrusage getsid gettid getuid ioprio_get ioprio_set landlock_add_rule
landlock_create_ruleset landlock_restrict_self pidfd_open pidfd_send_signal prctl prlimit64 rseq sched_get_priority_max
sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval
sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield seccomp set_robust_list set_thread_area
set_tid_address setfsgid setfsuid setgid setgroups setpgid setpriority setregid setresgid setresuid setreuid setrlimit
setsid setuid sysinfo times uname vfork wait4 waitid
"""
_SIGNALS_AND_TIME: Final = """
alarm clock_getres clock_gettime clock_nanosleep epoll_create epoll_create1 epoll_ctl epoll_pwait
epoll_pwait2 epoll_wait eventfd eventfd2 getitimer getrandom gettimeofday kill nanosleep pause poll ppoll pselect6
restart_syscall rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
rt_tgsigqueueinfo select setitimer sigaltstack signalfd signalfd4 tgkill time timer_create timer_delete
timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime tkill
"""
_SOCKETS: Final = """
accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg sendmmsg sendmsg sendto
setsockopt shutdown socketpair
"""

UNIX, _INET, _INET6, _NETLINK = 1, 2, 10, 16
NAMESPACE_FLAGS: Final = 0x7E020000  # CLONE_NEW* of the clone call
ENOSYS: Final = 38
_ARCHITECTURES: Final = {"x86_64": "SCMP_ARCH_X86_64", "aarch64": "SCMP_ARCH_AARCH64", "arm64": "SCMP_ARCH_AARCH64"}

# For who builds the walls between a job's steps, never for a step.
_NESTING: Final = ("clone", "mount")


def allowed() -> set[str]:
    """The calls that may be made with any arguments."""
    groups = (_FILES, _MEMORY, _PROCESSES, _SIGNALS_AND_TIME, _SOCKETS)
    return {name for group in groups for name in group.split()}


def profile(*, network: bool, nesting: bool = False, machine: str = "") -> str:
    """The profile as the JSON text that the engine's API takes."""
    architecture = _ARCHITECTURES.get(machine or platform.machine(), "SCMP_ARCH_X86_64")
    return json.dumps(
        {
            "defaultAction": "SCMP_ACT_ERRNO",
            "architectures": [architecture],  # one only: no second table of system calls to slip through
            "syscalls": [*_always(nesting=nesting), *_personality(), *_socket(network=network)],
        }
    )


def _always(*, nesting: bool) -> Iterable[dict[str, Any]]:
    names = sorted({*allowed(), *(_NESTING if nesting else ())})
    yield {"names": names, "action": "SCMP_ACT_ALLOW"}
    # clone3 hides its flags behind a pointer; ENOSYS makes the C library fall back to clone.
    yield {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": ENOSYS}
    if not nesting:
        yield _with_argument("clone", NAMESPACE_FLAGS, operator="SCMP_CMP_MASKED_EQ")


def _personality() -> Iterable[dict[str, Any]]:
    for persona in (0, 0xFFFFFFFF):
        yield _with_argument("personality", persona)


def _socket(*, network: bool) -> Iterable[dict[str, Any]]:
    for family in (UNIX, _INET, _INET6, _NETLINK) if network else (UNIX,):
        yield _with_argument("socket", family)


def _with_argument(name: str, value: int, *, operator: str = "SCMP_CMP_EQ") -> dict[str, Any]:
    argument = {"index": 0, "value": value, "valueTwo": 0, "op": operator}
    return {"names": [name], "action": "SCMP_ACT_ALLOW", "args": [argument]}
