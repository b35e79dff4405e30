"""The engine keeps its promises whatever dies, stops or is late; see the README beside this file."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
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
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1800)
    tail = (folder / "workers.log").read_text(errors="replace")[-3000:] if done.returncode else ""
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}\n{tail}"


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
