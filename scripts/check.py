"""Runs everything that is checked, and says at the end what failed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
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
    """One command; `environment` is added to ours. `npm` is the one of a Node that is new enough."""

    name: str
    command: list[str]
    folder: Path = ROOT
    environment: dict[str, str] = field(default_factory=dict)
    after: str = ""  # another step that must have ended
    # One step of these at a time: hostile scripts would look like another one's doing, and a browser drops what it
    # loads whenever a container's network comes or goes.
    containers: bool = False


# Begun with that of the Python packages; until it has ended, what needs Python alone is on its way.
EDITOR = Step("set-up of the editor", [f"{BIN}/python", "scripts/setup.py", "--editor"])
PYTEST = [f"{BIN}/python", "-m", "pytest", "-q", "--durations=10"]
WITHOUT_DATABASE = [
    *(f"--ignore=tests/workers/{folder}" for folder in ("connectors", "http", "processes", "steps")),
    "--deselect=tests/backend/test_routes.py",
    "--ignore=tests/workers/engine/test_document_routing.py",
]
CHECKS = [
    Step("types of Python", [f"{BIN}/mypy"]),
    Step("types and style of the editor", ["npm", "run", "--silent", "check"], folder=ROOT / "frontend",
         after=EDITOR.name),
    Step("style of Python", [f"{BIN}/ruff", "check", "."]),
    Step("format of Python", [f"{BIN}/ruff", "format", "--check", "."]),
    Step("layers", [f"{BIN}/lint-imports"]),
    Step("migrations are complete", [f"{BIN}/python", "manage.py", "makemigrations", "--check", "--dry-run"],
         environment={"STEPGRAPH_MODE": "development", "STEPGRAPH_HOME": "/tmp/stepgraph-check"}),
]  # fmt: skip
# Those with containers first, since only one of them runs at a time, and then the longest: so both lanes end together.
TESTS = [
    Step("acceptance tests", [*PYTEST, "tests/acceptance"], containers=True, after=EDITOR.name),
    Step("browser tests", [*PYTEST, "tests/e2e"], containers=True, after=EDITOR.name),
    Step("sandbox tests", [*PYTEST, "-n", "2", "--dist", "loadfile", "tests/sandboxes"], containers=True),
    Step("unit tests and tests on SQLite",
         [*PYTEST, "-n", "2", "tests/unit", "tests/fuzz", "tests/backend", "tests/workers"]),
    # Step types, connectors and what is read in documents never see our database, and permissions do not depend on it.
    Step("tests on PostgreSQL", [*PYTEST, "-n", "2", "tests/backend", "tests/workers", *WITHOUT_DATABASE],
         environment={"STEPGRAPH_TEST_DATABASE": "postgres"}),
    Step("fault suite", [*PYTEST, "-n", "2", "-m", "not long", "tests/faults"]),
    Step("editor tests", ["npm", "test", "--silent"], folder=ROOT / "frontend", after=EDITOR.name),
]  # fmt: skip
TEST_LANGUAGES = ["python", "bash", "javascript"]  # the image of PowerShell needs its maker's registry


class Queue:
    """Steps that are still to be run, for any number of lanes that take from it."""

    def __init__(self, steps: list[Step]) -> None:
        self._steps = list(steps)
        self._unended = {step.name for step in steps}
        self._containers = False  # some are under way
        self._changed = threading.Condition()

    def take(self) -> Step | None:
        """The first that may run now; waits when none of the rest may. None when all are taken."""
        with self._changed:
            while self._steps:
                step = next(filter(self._may_run, self._steps), None)
                if step is not None:
                    self._steps.remove(step)
                    self._containers = self._containers or step.containers
                    return step
                self._changed.wait()
            return None

    def _may_run(self, step: Step) -> bool:
        return step.after not in self._unended and not (step.containers and self._containers)

    def ended(self, step: Step) -> None:
        """Lets those run that were kept apart from it, or come after it."""
        with self._changed:
            self._unended.discard(step.name)
            self._containers = self._containers and not step.containers
            self._changed.notify_all()


def main() -> int:
    """Runs all steps even if one fails; answers 1 if any did.

    There are two lanes, side by side: while one waits for a browser or a container, the other computes.
    """
    steps = [EDITOR, *CHECKS]
    if "--tests" in sys.argv:
        steps = [*images(), EDITOR, *TESTS, *CHECKS]
    queue = Queue(steps)
    with ThreadPoolExecutor(2) as threads:
        lanes = [threads.submit(failures, queue) for _ in range(2)]
        failed = [name for lane in lanes for name in lane.result()]
    print()
    if failed:
        print(f"✗ failed: {', '.join(failed)}")
        return 1
    print(
        f"✓ all {len(steps)} steps passed; what this machine could not run is listed above as skipped, with the reason"
    )
    return 0


def failures(queue: Queue) -> list[str]:
    """Runs one step after the other, until there are none left; the names of those that failed."""
    failed = []
    while step := queue.take():
        try:
            if not succeeds(step):
                failed.append(step.name)
        finally:
            queue.ended(step)
    return failed


def images() -> list[Step]:
    """Our sandbox images, where there is a container engine; without them the tests that need them say so.

    As a step with containers, and the first one, it is done before any other of these begins. What is built already
    takes no time: the images are named by their content.
    """
    try:
        docker.from_env(timeout=10).ping()
    except docker.errors.DockerException:
        return []
    base = os.environ.get("BASE_IMAGE", "")
    options = ["--base-image", base, "--network", "host"] if base else []
    command = [f"{BIN}/python", "manage.py", "sandbox", "build", *TEST_LANGUAGES, *options]
    return [Step("sandbox images", command, environment={"STEPGRAPH_MODE": "development"}, containers=True)]


def succeeds(step: Step) -> bool:
    """Runs one step, and shows its output when it has ended."""
    print(f"… {step.name}", flush=True)
    started = time.monotonic()
    # Those with containers are the longest way to the end, since only one of them runs at a time: they come first, and
    # what they wait for.
    politely = [] if step.containers or step is EDITOR else ["nice", "-n", "5"]
    found = node.find() or node.Node(("npm",), os.environ["PATH"])
    command = [word for part in step.command for word in (found.npm if part == "npm" else (part,))]
    done = subprocess.run(
        [*politely, *command], cwd=step.folder, env={**os.environ, "PATH": found.path, **step.environment},
        check=False, text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    verdict = f"{'passed' if done.returncode == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s"
    print(f"\n━━ {step.name} ━━ {shown(step)}\n{done.stdout}━━ {step.name}: {verdict}", flush=True)
    return done.returncode == 0


def shown(step: Step) -> str:
    """The command, as far as people need it."""
    return " ".join(step.command[:6]).replace(f"{ROOT}/", "")


if __name__ == "__main__":
    raise SystemExit(main())
