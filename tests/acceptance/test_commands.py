"""The command line beside a running installation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.stack import ROOT, Stack

EXAMPLE = "examples/document-intake.yaml"


def test_run_a_file_and_print_its_output(stack: Stack) -> None:
    text = (ROOT / "examples" / "data" / "invoice.txt").read_text()

    output = json.loads(stack.manage("workflow", "run", EXAMPLE, "--input", json.dumps({"document": text})))

    assert (output["route"], output["total"]) == ("invoice", 7166.69)


@pytest.mark.parametrize(("code", "expected"), [("result = 6 * 7", 0), ("raise ValueError('no total')", 1)])
def test_run_answers_with_the_end_of_its_job(stack: Stack, tmp_path: Path, code: str, expected: int) -> None:
    document = {
        "name": "Exit code",
        "steps": [{"id": "a", "type": "script", "config": {"language": "python", "code": code}}],
    }
    file = tmp_path / "exit-code.yaml"
    file.write_text(json.dumps(document))
    command = [sys.executable, "manage.py", "workflow", "run", str(file)]

    done = subprocess.run(command, cwd=ROOT, env=stack.environment, capture_output=True, text=True, check=False)

    assert done.returncode == expected, done.stderr
    assert ("no total" in done.stdout + done.stderr) is (expected == 1)


def test_seed_examples_prints_addresses(stack: Stack) -> None:
    assert "/hooks/" in stack.manage("seed_examples", "--organization", "default")


def test_the_doctor_finds_nothing(stack: Stack) -> None:
    found = json.loads(stack.manage("doctor", "--json"))

    assert {name for name, part in found.items() if not part["ok"]} == set()
    assert {"database", "redis", "worker", "scheduler", "sandbox", "clock", "disk"} <= found.keys()


@pytest.mark.parametrize(("file", "code"), [(EXAMPLE, 0), ("README.md", 1), ("examples/none.yaml", 1)])
def test_validate_answers_with_its_exit_code(stack: Stack, file: str, code: int) -> None:
    command = [sys.executable, "manage.py", "workflow", "validate", file]

    done = subprocess.run(command, cwd=ROOT, env=stack.environment, capture_output=True, text=True, check=False)

    assert done.returncode == code
    assert file in done.stdout


def test_a_server_in_production_names_everything_that_is_missing(stack: Stack) -> None:
    environment = {name: value for name, value in stack.environment.items() if not name.startswith("STEPGRAPH_")}

    command = [sys.executable, "manage.py", "worker"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    for name in ("SECRET_KEY", "STEPGRAPH_ENCRYPTION_KEYS", "DATABASE_URL", "REDIS_URL"):
        assert name in done.stderr


def test_readiness_names_every_part(stack: Stack) -> None:
    found = httpx.get(f"{stack.url}/health/ready").json()

    assert found["status"] == "ok"
    assert {name for name, part in found["parts"].items() if part["ok"]} == {
        "database",
        "redis",
        "worker",
        "scheduler",
        "sandbox",
    }
