"""Runs every benchmark and writes `results/`: ratios of two things measured in one run, so that machines compare.

`python bench/run.py engine whole_jobs` runs some alone.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]
os.environ["STEPGRAPH_MODE"] = "development"
os.environ["STEPGRAPH_HOME"] = tempfile.mkdtemp(prefix="stepgraph-bench-")
os.environ["DJANGO_SETTINGS_MODULE"] = "backend.settings"


def main() -> None:
    """Prints a table and keeps it as JSON."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from bench import canvas, engine, expressions, ingestion, sandboxes, schedules, whole_jobs

    modules = (expressions, engine, whole_jobs, ingestion, sandboxes, schedules, canvas)
    by_name = {module.__name__.removeprefix("bench."): module for module in modules}
    if unknown := set(sys.argv[1:]) - by_name.keys():
        raise SystemExit(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(by_name)}.")
    wanted = [module for name, module in by_name.items() if name in sys.argv[1:]] or modules
    found = []
    for ratio in (ratio for module in wanted for ratio in module.measure()):
        print(f"{ratio.name:<84} {ratio.value:>9.2f} ×   {ratio.ours} against {ratio.base}   {ratio.verdict}")
        found.append({**asdict(ratio), "load": os.getloadavg()[0]})
    print(f"load of the machine at the end: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
    path = ROOT / "bench" / "results" / f"{datetime.now(UTC):%Y-%m-%dT%H%M%S}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, indent=2))
    print(f"\nwritten to {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
