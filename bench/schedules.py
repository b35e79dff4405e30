"""How late schedules start: 200 that are due every second, two schedulers, one of them killed after half the time.

The value is the 95th percentile of the lateness in seconds, that is, against the second between two times: above 0.5
would worry us on an idle machine. Anything but one job for each time is an error.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.ratio import Ratio
from tests.services import own_database

ROOT = Path(__file__).resolve().parent.parent
_SECONDS, _SCHEDULES = 60, 200


def measure() -> Iterator[Ratio]:
    """On both databases."""
    for database in ("SQLite", "PostgreSQL"):
        found = _drill(database)
        assert found["due_times"] == found["jobs"] == found["distinct_jobs_of_due_times"], found
        assert found["due_times_without_a_row"] == found["not_started"] == 0, found
        name = f"{_SCHEDULES} schedules each second for {_SECONDS} s, {database}: p95 lateness"
        ours = f"p50 {found['late_p50']} s, p95 {found['late_p95']} s, {found['jobs']:.0f} jobs"
        yield Ratio(name, found["late_p95"], ours=ours, base="1 s")


def _drill(database: str) -> dict[str, float]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if database == "PostgreSQL":
        environment["DATABASE_URL"] = own_database("bench_drill")
    command = [sys.executable, "-m", "bench.schedules_drill", f"--seconds={_SECONDS}", f"--schedules={_SCHEDULES}"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found
