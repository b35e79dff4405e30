"""Several schedulers at once, and one that is killed: each due time is one job."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.services import own_database
from workers.processes import clockwork
from workers.processes.clockwork import wait_for

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_two_schedulers_and_a_killed_one_start_each_due_time_once(database):
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if database == "postgresql":
        environment["DATABASE_URL"] = own_database("drill")
    command = [sys.executable, "-m", "bench.schedules_drill", "--seconds", "6", "--schedules", "60"]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["due_times"] >= 60 * 5
    assert found["due_times"] == found["jobs"] == found["distinct_jobs_of_due_times"]
    assert found["due_times_without_a_row"] == found["not_started"] == found["schedules_silent"] == 0


@pytest.mark.parametrize(
    ("fire_at", "expected"),
    [
        (None, 0.25),
        (NOW + timedelta(seconds=0.1), 0.1),
        (NOW - timedelta(seconds=5), 0),
        (NOW + timedelta(days=1), 0.25),
    ],
)
def test_it_waits_for_the_very_moment_but_looks_often(fire_at, expected):
    assert wait_for(fire_at, now=NOW) == pytest.approx(expected)


def test_a_fault_does_not_end_the_thread_that_fires_schedules(monkeypatch):
    stopping = threading.Event()

    def broken() -> int:
        stopping.set()
        raise RuntimeError("of one schedule")

    monkeypatch.setattr(clockwork.firing, "fire_due", broken)

    clockwork.run(stopping)

    assert stopping.is_set()
