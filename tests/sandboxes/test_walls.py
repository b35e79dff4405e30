"""Scripts that look for a way out, in a container of their own and in one that the steps of a job share."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandboxes import seccomp
from sandboxes.model import Execution, Outcome, Status
from sandboxes.runner import run
from sandboxes.runtimes.box import SERVICE_LABEL
from sandboxes.runtimes.docker import Containers
from tests.requirements import need

from .conftest import eventually

pytestmark = pytest.mark.docker

TIERS = ["step", "job"]
Try = Callable[..., Outcome]


@pytest.fixture(scope="module")
def containers() -> Iterator[Containers]:
    runtime = Containers(f"test-{uuid.uuid4().hex}")
    reason = runtime.works()
    need("docker", available=not reason, reason=reason)
    yield runtime
    runtime.cool()
    runtime.reap(all_of_mine=True)
    assert _all(runtime) == []
    runtime.client().close()


def _all(runtime: Containers) -> list[Any]:
    filters = {"label": f"{SERVICE_LABEL}={runtime._service}"}
    return runtime.client().containers.list(all=True, ignore_removed=True, filters=filters)


@pytest.fixture(scope="module")
def fault(containers: Containers) -> str:
    """Why steps of a job cannot share a container here; empty if they can."""
    return containers.look_at_sharing()


@pytest.fixture
def shared(fault: str) -> None:
    need("sandbox-job", available=not fault, reason=fault)


@pytest.fixture(params=TIERS)
def attempt(request: pytest.FixtureRequest, containers: Containers) -> Try:
    """Runs a script of one job; the tier is that of the test."""
    if request.param == "job":
        request.getfixturevalue("shared")

    def start(language: str, code: str, **wishes: Any) -> Outcome:
        options = {"timeout": 20, "organization": "acme", "job": "j1", "tier": request.param, **wishes}
        execution = Execution(id=uuid.uuid4().hex, language=language, code=code, **options)
        return run(execution, containers, on_log=lambda _: None, cancelled=lambda: False)

    return start


CALLS = """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
numbers = {'ptrace': 101, 'mount': 165, 'umount2': 166, 'unshare': 272, 'setns': 308, 'pivot_root': 155, 'bpf': 321,
           'io_uring_setup': 425, 'io_uring_enter': 426, 'io_uring_register': 427, 'keyctl': 250, 'add_key': 248,
           'perf_event_open': 298, 'userfaultfd': 323, 'process_vm_readv': 310, 'process_vm_writev': 311,
           'pidfd_getfd': 438, 'kcmp': 312, 'chroot': 161, 'memfd_secret': 447, 'shmget': 29, 'mq_open': 240,
           'modify_ldt': 154, 'vmsplice': 278, 'open_by_handle_at': 304, 'mknod': 133, 'swapon': 167, 'reboot': 169,
           'fsopen': 430, 'move_mount': 429, 'open_tree': 428, 'fanotify_init': 300}
def refusal(number, *arguments):
    ctypes.set_errno(0)
    libc.syscall(number, *arguments)
    return errno.errorcode.get(ctypes.get_errno())
result = {name: refusal(number, 0, 0, 0, 0) for name, number in numbers.items()}
result['clone newuser'] = refusal(56, 0x10000000 | 17, 0, 0, 0, 0)
result['personality'] = refusal(135, 0x0040000)
for family in [number for number in range(2, 46)]:
    for kind in (1, 2, 3):
        result[f'socket {family} {kind}'] = refusal(41, family, kind, 0)
result['clone3'] = refusal(435, 0, 0)
"""


def test_no_call_leads_out(attempt: Try) -> None:
    """Among the families: 38 is AF_ALG, 40 AF_VSOCK, 17 AF_PACKET, 16 AF_NETLINK, 44 AF_XDP."""
    if seccomp.platform.machine() != "x86_64":
        pytest.skip("the numbers are those of x86-64")

    outcome = attempt("python", CALLS)

    assert outcome.status == Status.OK, outcome
    assert outcome.result.pop("clone3") == "ENOSYS"
    assert {name: found for name, found in outcome.result.items() if found != "EPERM"} == {}


def test_the_calls_of_another_kind_of_machine_end_the_script(attempt: Try) -> None:
    if seccomp.platform.machine() != "x86_64":
        pytest.skip("only this kind has them")

    outcome = attempt("python", "import ctypes\nreturn ctypes.CDLL(None).syscall(0x40000000 + 39)")

    assert (outcome.status, outcome.exit_code) == (Status.FAILED, 159), outcome


LOOK = """
import os, pathlib
lines = pathlib.Path('/proc/self/status').read_text().splitlines()
status = dict(line.split(':\\t', 1) for line in lines if ':\\t' in line)
def readable(path):
    try:
        return len(pathlib.Path(path).read_bytes()) > 0
    except OSError:
        return False
def writable(path):
    try:
        open(path, 'w').close()
        return True
    except OSError:
        return False
secrets = ['/etc/shadow', '/proc/kcore', '/proc/1/environ', '/proc/1/mem', '/var/run/docker.sock', '/dev/kmsg']
places = ['/x', '/usr/x', '/etc/x', '/dev/x', '/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger',
          '/sys/fs/cgroup/x', '/sys/kernel/x']
return {
    'capabilities': {status[name] for name in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb')},
    'no_new_privileges': status['NoNewPrivs'], 'seccomp': status['Seccomp'],
    'ids': [os.getuid(), os.geteuid(), os.getgid()],
    'readable': [path for path in secrets if readable(path)],
    'writable': [path for path in places if writable(path)],
    'environment': sorted(os.environ),
}
"""


def test_there_is_nothing_to_find_and_nothing_to_gain(attempt: Try) -> None:
    outcome = attempt("python", LOOK)

    found = outcome.result
    assert outcome.status == Status.OK, outcome
    assert found["capabilities"] == ["0000000000000000"]
    assert (found["no_new_privileges"], found["seccomp"]) == ("1", "2")
    assert found["ids"] == [65532, 65532, 65532]
    assert [path for path in found["readable"] if path != "/proc/1/environ"] == []
    assert found["writable"] == []
    assert set(found["environment"]) <= {"HOME", "HOSTNAME", "LANG", "PATH", "SG_FILES", "SG_OUTPUT", "TMPDIR", "PWD"}


IN_BASH = """
try() { if "$@" > /dev/null 2>&1; then echo "$*"; fi; }
try mount -t tmpfs none /mnt
try unshare -r true
try unshare -n true
try chroot / true
try mknod /tmp/device c 1 1
try cat /etc/shadow
try bash -c ': > /dev/tcp/169.254.169.254/80'
try bash -c ': > /dev/tcp/127.0.0.1/22'
try bash -c ': > /usr/x'
try bash -c 'ulimit -n 100000'
try bash -c 'cp /bin/true /tmp/copy && /tmp/copy'
true
"""
IN_JAVASCRIPT = """
const fs = require('fs'), net = require('net'), child = require('child_process');
const works = [];
for (const path of ['/etc/shadow', '/proc/kcore', '/var/run/docker.sock']) {
  try { fs.readFileSync(path); works.push(path) } catch {}
}
for (const path of ['/x', '/usr/x', '/etc/x']) {
  try { fs.writeFileSync(path, 'x'); works.push(path) } catch {}
}
const targets = [{host: '169.254.169.254', port: 80}, {host: '127.0.0.1', port: 22}, {path: '/var/run/docker.sock'}];
for (const target of targets) {
  const open = await new Promise((done) => {
    const socket = net.connect({...target, timeout: 1000});
    socket.on('connect', () => done(true)).on('error', () => done(false)).on('timeout', () => done(false));
  });
  if (open) works.push(target);
}
if (child.spawnSync('unshare', ['-r', 'true']).status === 0) works.push('unshare');
try { process.setuid(0); works.push('setuid') } catch {}
return works;
"""


def test_bash_and_javascript_get_no_further(attempt: Try) -> None:
    bash, javascript = attempt("bash", IN_BASH), attempt("javascript", IN_JAVASCRIPT)

    assert (bash.status, bash.result) == (Status.OK, None), bash
    assert (javascript.status, javascript.result) == (Status.OK, []), javascript


# What these do to a container of their own is in test_hostile.py; here the next step needs the container.
BOMBS = [
    ("python", "import os\nwhile True: os.fork()", Status.PROCESS_LIMIT),
    ("bash", ":(){ :|:& };:", Status.PROCESS_LIMIT),
    ("javascript", "const x = []; for (;;) x.push(Buffer.alloc(16 << 20, 1))", Status.OUT_OF_MEMORY),
    ("bash", "yes >&2", Status.OUTPUT_LIMIT),
    ("bash", "set -e; head -c 300000000 /dev/zero > big", Status.FAILED),
    (
        "python",
        "import signal\nfor n in (1, 2, 3, 15): signal.signal(n, signal.SIG_IGN)\nwhile True: pass",
        Status.TIMEOUT,
    ),
    ("python", "import os, time\nos.closerange(0, 100)\ntime.sleep(60)", Status.TIMEOUT),
]
LIMITS = [
    (
        "python",
        "import threading, time\nfor _ in range(100): threading.Thread(target=time.sleep, args=(0.5,)).start()",
        Status.PROCESS_LIMIT,
    ),
    ("python", "x = [open('/dev/null') for _ in range(1000)]", Status.FAILED),
]


@pytest.mark.parametrize("attempt", ["job"], indirect=True)
@pytest.mark.parametrize(("language", "code", "status"), BOMBS)
def test_each_bomb_is_contained_and_told_truthfully(attempt: Try, language: str, code: str, status: Status) -> None:
    outcome = attempt(language, code, timeout=1 if status is Status.TIMEOUT else 3, memory_mb=128)

    assert outcome.status == status, outcome
    assert outcome.duration < 8  # with the start of a container on a busy machine
    assert attempt("bash", "echo 1", memory_mb=128).result == 1


@pytest.mark.parametrize(("language", "code", "status"), LIMITS)
def test_threads_and_open_files_are_counted(attempt: Try, language: str, code: str, status: Status) -> None:
    outcome = attempt(language, code, timeout=3)

    assert outcome.status == status, outcome


def test_a_step_finds_nothing_of_the_one_before(attempt: Try) -> None:
    left = """
import os, subprocess, time
open('/tmp/note', 'w').write('secret')
open('/dev/shm/note', 'w').write('secret')
try:
    os.close(os.open('/dev/mqueue/note', os.O_CREAT | os.O_WRONLY))
except OSError:
    pass
subprocess.Popen(['setsid', 'sh', '-c', 'while sleep 0.1; do echo forged; done'], start_new_session=True)
os.set_blocking(1, False)
return 1
"""
    look = """
import os, time
time.sleep(0.3)
def names(folder):
    try:
        return os.listdir(folder)
    except PermissionError:
        return []
return [names(folder) for folder in ('/tmp', '/dev/shm', '/proc/self/fd', '/dev/mqueue')]
"""
    first = attempt("python", left)

    outcome = attempt("python", look)

    assert first.result == 1
    assert [name for name in outcome.result[0] + outcome.result[1] if not name.startswith(".sg")] == []
    assert len(outcome.result[2]) <= 6
    assert outcome.result[3] == []


def test_jobs_do_not_share(attempt: Try) -> None:
    before = attempt(
        "bash", "readlink /proc/self/ns/cgroup; cat /proc/sys/kernel/random/boot_id; echo x > /tmp/x"
    ).result

    after = attempt("bash", "ls /tmp", job="j2").result

    assert before is not None
    assert after is None


FORGED = """
import os, re
frames = ['\\x1esg-end:' + '0' * 32 + ' 0 0 0\\n', '\\x1esg:' + '0' * 32 + ':value 1\\n1']
for frame in frames:
    os.write(1, frame.encode()); os.write(2, frame.encode())
raise SystemExit(7)
"""


def test_a_forged_end_is_only_output(attempt: Try) -> None:
    outcome = attempt("python", FORGED)
    following = attempt("python", "return 'mine'")

    assert (outcome.status, outcome.exit_code) == (Status.FAILED, 7)
    assert following.result == "mine"


@pytest.mark.usefixtures("shared")
def test_the_steps_of_a_job_use_one_container(containers: Containers) -> None:
    def step(job: str) -> Outcome:
        wishes: dict[str, Any] = {"job": job, "tier": "job", "organization": "acme", "timeout": 20, "memory_mb": 100}
        execution = Execution(id="1", language="python", code="return 1", **wishes)
        return run(execution, containers, on_log=lambda _: None, cancelled=lambda: False)

    def rooms() -> int:
        return sum(one.attrs["HostConfig"]["Memory"] == 100 * 1024 * 1024 for one in _all(containers))

    assert [step("j8").result for _ in range(3)] == [1, 1, 1]
    assert rooms() == 1
    assert step("j9").result == 1
    assert rooms() == 2
    containers.release("j8")
    eventually(lambda: rooms() == 1, seconds=20)
    containers.release("j9")
    eventually(lambda: rooms() == 0, seconds=20)


def test_exit_codes_and_signals_are_told(attempt: Try) -> None:
    assert attempt("python", "import os\nos.kill(os.getpid(), 15)").exit_code == 143
    assert attempt("python", "raise SystemExit(78)").exit_code == 78


def test_a_step_that_dies_over_its_own_frame_is_out_of_memory(attempt: Try) -> None:
    outcome = attempt("python", "return 1", context={"much": "x" * 16_000_000}, memory_mb=24)

    assert outcome.status == Status.OUT_OF_MEMORY, outcome
    assert attempt("python", "return 1", memory_mb=24).result == 1
