"""The engine keeps its promises whatever dies, stops or is late; see the README beside this file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults import postgresql

ROOT = Path(__file__).resolve().parents[2]
HITS = os.environ.get("STEPGRAPH_FAULT_HITS", "2").split()  # at which of its visits to a place a worker is killed


def drive(folder: Path, *words: str, database: str, **more: str) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if name not in {"DJANGO_SETTINGS_MODULE", "REDIS_URL"}},
        "DATABASE_URL": database,
        "STEPGRAPH_HOME": str(folder),
        "STEPGRAPH_SANDBOX_URL": f"unix://{folder}/sandbox.sock",
        "REDIS_URL": f"unix://{folder}/redis.sock",
        "STEPGRAPH_MODE": "development",
        "STEPGRAPH_EGRESS_ALLOW": "127.0.0.0/8",
        "STEPGRAPH_FAULT_LOG": str(folder / "workers.log"),
        **more,
    }
    command = [sys.executable, "-m", "tests.faults.drive", *words]
    # Into a file, since a pipe ends with the last process that has it; and all of them end with the test.
    with (folder / "drive.log").open("wb") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            code = process.wait()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if code:
        told, workers = (_tail(folder / name) for name in ("drive.log", "workers.log"))
        pytest.fail(f"{told}\n{workers}", pytrace=False)


def _tail(path: Path) -> str:
    return path.read_text(errors="replace")[-6000:] if path.exists() else ""


@pytest.fixture
def folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="stepgraph-faults-"))


@pytest.mark.timeout(900)
def test_a_worker_may_be_killed_at_every_transition(folder) -> None:
    drive(folder, "points", *HITS, database=f"sqlite:///{folder}/faults.db")


@pytest.mark.timeout(900)
def test_workers_may_be_killed_stopped_and_late_at_random(folder) -> None:
    drive(folder, "random", database=f"sqlite:///{folder}/faults.db")


@pytest.mark.timeout(900)
def test_any_answer_of_the_database_may_be_lost(folder) -> None:
    drive(folder, "lies", *HITS, database=f"sqlite:///{folder}/faults.db")


@pytest.mark.postgres
@pytest.mark.timeout(900)
def test_a_worker_may_be_killed_at_every_transition_on_postgresql(folder) -> None:
    with postgresql.server() as found:
        drive(folder, "points", *HITS, database=found.url)


@pytest.mark.postgres
@pytest.mark.timeout(900)
def test_postgresql_may_be_restarted(folder) -> None:
    with postgresql.server() as found:
        drive(folder, "restarts", database=found.url, STEPGRAPH_FAULT_RESTART=found.restart)


@pytest.mark.long
@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.timeout(900)
def test_everything_may_go_wrong_at_once(folder) -> None:
    """Workers, schedulers, sandboxes, Redis, messages, connections and clocks; with scripts among the steps."""
    sizes = {"STEPGRAPH_LEASE_SECONDS": "3", "STEPGRAPH_WORKER_JOB_SLOTS": "4", "STEPGRAPH_WORKER_STEP_SLOTS": "8"}
    with postgresql.server() as found:
        drive(folder, "storm", database=found.url, **sizes)
