"""Two schedulers, one of them killed half-way, and many schedules that are due every second: each time one job?

Run by itself, it prints what it found as JSON; `python -m bench.schedules_drill --seconds 60 --schedules 200`. The
database is DATABASE_URL, empty, or a SQLite file of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Prepares, runs, and prints what became of every due time."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--schedules", type=int, default=200)
    options = parser.parse_args()
    home = tempfile.mkdtemp(prefix="stepgraph-drill-")
    os.environ |= {
        "STEPGRAPH_MODE": "development",
        "STEPGRAPH_HOME": home,
        "DJANGO_SETTINGS_MODULE": "backend.settings",
    }
    sys.path[:0] = [str(ROOT)]
    import django
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}  # from the models: much quicker
    call_command("migrate", run_syncdb=True, verbosity=0)
    print(json.dumps(drill(seconds=options.seconds, schedules=options.schedules)))


def drill(*, seconds: int, schedules: int) -> dict[str, float]:
    """Lets two schedulers fire, kills one half-way, and counts."""
    _prepare(schedules)
    processes = [_scheduler() for _ in range(2)]
    begin = _wait_for_first_run()
    time.sleep(seconds / 2)
    processes[0].kill()  # without warning, wherever it is
    time.sleep(seconds / 2)
    processes[1].send_signal(signal.SIGTERM)
    for process in processes:
        process.wait(timeout=30)
    return _count(begin)


def _prepare(number: int) -> None:
    from backend.accounts.models import Organization
    from backend.triggers.services.schedules import schedule_create
    from backend.workflows.models import Workflow, WorkflowVersion

    steps = [{"id": "out", "type": "output", "config": {"values": {"ok": "true"}}}]
    definition = {"stepgraph": 1, "name": "Drill", "steps": steps}
    organization = Organization.objects.create(name="Drill", slug="drill")
    workflow = Workflow.objects.create(organization=organization, slug="drill", name="Drill", definition=definition)
    version = WorkflowVersion.objects.create(workflow=workflow, number=1, definition=definition, checksum="1")
    workflow.published_version = version
    workflow.save()
    values = {"kind": "interval", "every_seconds": 1, "overlap": "parallel", "catch_up": "all"}
    for _ in range(number):
        schedule_create(workflow, values=values)


def _scheduler() -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "scheduler"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _wait_for_first_run() -> float:
    from backend.triggers.models import ScheduleRun

    while not ScheduleRun.objects.exists():
        time.sleep(0.05)
    time.sleep(2)  # what fell due while the processes started is made up for
    return time.time()


def _count(begin: float) -> dict[str, float]:
    from backend.jobs.models import Job
    from backend.triggers.models import Schedule, ScheduleRun

    runs = list(ScheduleRun.objects.values_list("schedule_id", "due_at", "fired_at", "job_id", "state"))
    dues: dict[object, list[float]] = {}
    for schedule, due_at, *_ in runs:
        dues.setdefault(schedule, []).append(due_at.timestamp())
    missing = sum(round(max(own) - min(own)) + 1 - len(own) for own in dues.values())
    jobs = [job_id for *_, job_id, _ in runs]
    late = sorted((fired - due).total_seconds() for _, due, fired, *_ in runs if due.timestamp() > begin)
    late = late or [time.time() - begin]  # on a computer that is too slow to catch up: that long, at least
    return {
        "due_times": len(runs),
        "jobs": Job.objects.count(),
        "distinct_jobs_of_due_times": len(set(jobs)),
        "due_times_without_a_row": missing,
        "not_started": sum(state != "started" for *_, state in runs),
        "schedules_silent": Schedule.objects.count() - len(dues),
        "late_p50": round(late[len(late) // 2], 4),
        "late_p95": round(late[int(len(late) * 0.95)], 4),
        "late_max": round(late[-1], 4),
    }


if __name__ == "__main__":
    main()
