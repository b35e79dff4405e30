"""Runs everything that is checked, and says at the end what failed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import docker
import node

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"


@dataclass(frozen=True)
class Step:
    """One command; `environment` is added to ours."""

    name: str
    command: list[str]
    folder: Path = ROOT
    environment: dict[str, str] = field(default_factory=dict)


NODE = node.find() or node.Node(("npm",), os.environ["PATH"])
PYTEST = [f"{BIN}/python", "-m", "pytest", "-q", "--durations=10"]
WITHOUT_DATABASE = [f"--ignore=tests/workers/{folder}" for folder in ("connectors", "http", "processes", "steps")]
CHECKS = [
    Step("types of Python", [f"{BIN}/mypy"]),
    Step("style of Python", [f"{BIN}/ruff", "check", "."]),
    Step("format of Python", [f"{BIN}/ruff", "format", "--check", "."]),
    Step("layers", [f"{BIN}/lint-imports"]),
    Step("migrations are complete", [f"{BIN}/python", "manage.py", "makemigrations", "--check", "--dry-run"],
         environment={"STEPGRAPH_MODE": "development", "STEPGRAPH_HOME": "/tmp/stepgraph-check"}),
    Step("types and style of the editor", [*NODE.npm, "run", "--silent", "check"], folder=ROOT / "frontend"),
]  # fmt: skip
TESTS = [
    Step("editor tests", [*NODE.npm, "test", "--silent"], folder=ROOT / "frontend"),
    Step("unit tests", [*PYTEST, "-n", "2", "tests/unit", "tests/fuzz"]),
    Step("tests on SQLite", [*PYTEST, "-n", "2", "tests/backend", "tests/workers"]),
    # Step types and connectors never see our database: once is enough for them.
    Step("tests on PostgreSQL", [*PYTEST, "-n", "2", "tests/backend", "tests/workers", *WITHOUT_DATABASE],
         environment={"STEPGRAPH_TEST_DATABASE": "postgres"}),
    Step("fault suite", [*PYTEST, "-n", "2", "tests/faults"]),
    Step("sandbox tests", [*PYTEST, "-n", "2", "tests/sandboxes"]),
    Step("acceptance and browser tests", [*PYTEST, "tests/acceptance", "tests/e2e"]),
]  # fmt: skip
TEST_LANGUAGES = ["python", "bash", "javascript"]  # the image of PowerShell needs its maker's registry


def main() -> int:
    """Runs all steps even if one fails; answers 1 if any did."""
    tests = TESTS if "--tests" in sys.argv else []
    if tests:
        build_images()
    # What needs one core runs two at a time; the tests use all of them by themselves.
    with ThreadPoolExecutor(2) as lanes:
        passed = list(lanes.map(succeeds_quietly, CHECKS))
    passed += [succeeds(step) for step in tests]
    steps = CHECKS + tests
    failed = [step.name for step, ok in zip(steps, passed, strict=True) if not ok]
    print()
    if failed:
        print(f"✗ failed: {', '.join(failed)}")
        return 1
    print(
        f"✓ all {len(steps)} steps passed; what this machine could not run is listed above as skipped, with the reason"
    )
    return 0


def build_images() -> None:
    """Our sandbox images, where there is a container engine; without them the tests that need them say so.

    What is built already takes no time: the images are named by their content.
    """
    try:
        docker.from_env(timeout=10).ping()
    except docker.errors.DockerException:
        return
    base = os.environ.get("BASE_IMAGE", "")
    options = ["--base-image", base, "--network", "host"] if base else []
    command = [f"{BIN}/python", "manage.py", "sandbox", "build", *TEST_LANGUAGES, *options]
    succeeds(Step("sandbox images", command, environment={"STEPGRAPH_MODE": "development"}))


def succeeds(step: Step) -> bool:
    """Runs one step with its output shown."""
    print(title(step), flush=True)
    started = time.monotonic()
    code = subprocess.run(step.command, cwd=step.folder, env=environment(step), check=False).returncode
    print(verdict(step, code=code, started=started), flush=True)
    return code == 0


def succeeds_quietly(step: Step) -> bool:
    """Runs one step beside another, and shows its output when it has ended."""
    started = time.monotonic()
    done = subprocess.run(
        step.command, cwd=step.folder, env=environment(step), check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    print(f"{title(step)}\n{done.stdout}{verdict(step, code=done.returncode, started=started)}", flush=True)
    return done.returncode == 0


def environment(step: Step) -> dict[str, str]:
    """Ours, with a Node that is new enough, and what the step adds."""
    return {**os.environ, "PATH": NODE.path, **step.environment}


def title(step: Step) -> str:
    """The line above a step's output."""
    return f"\n━━ {step.name} ━━ {' '.join(step.command[:6]).replace(str(ROOT) + '/', '')}"


def verdict(step: Step, *, code: int, started: float) -> str:
    """The line below a step's output."""
    return f"━━ {step.name}: {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s"


if __name__ == "__main__":
    raise SystemExit(main())
