"""`manage.py workflow run FILE`: a workflow's draft as a job, from a file to its output."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import ClassVar

from backend.common.errors import Invalid, Unavailable
from backend.common.json import JSON
from backend.common.json_text import parse_json
from backend.jobs import ends, health, services, state
from backend.jobs.models import Job
from backend.workflows import cli

_MAX_INPUT_BYTES = 2_500_000


class Run:
    """Exit code 0 when the job succeeded."""

    help: ClassVar[str] = "run the workflow of a file and print its output; exit code 1 unless it succeeds"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file and the job's input."""
        parser.add_argument("file", metavar="FILE", help="JSON or YAML; - for standard input")
        parser.add_argument("--input", default="{}", metavar="JSON", help="the job's input; @FILE reads it from a file")
        parser.add_argument("--timeout", type=float, default=300, help="seconds to wait for the end")

    def run(self, options: cli.Options, *, print: cli.Print) -> int:  # noqa: A002 it takes the place of the builtin
        """Needs a running worker, such as that of `make up`."""
        if not health.worker_lives():
            raise Unavailable("No worker is running, so the job would wait. Start one: `make up`, in another terminal.")
        actor = cli.actor_of(options)
        slug = cli.slug_of(options["file"])
        workflow, _ = cli.import_file(actor, document=cli.read_file(options["file"]), slug=slug)
        asked = services.Asked(context=_input(options["input"]), version="draft")
        job = services.job_execute(actor, workflow, asked)
        ends.job_wait(job.id, timeout=options["timeout"])
        job.refresh_from_db()
        print(json.dumps(_answer(job), indent=2, ensure_ascii=False) if options["json"] else _text(job))
        return 0 if job.status == "SUCCESS" else 1


def _input(text: str) -> dict[str, JSON]:
    data = Path(text[1:]).read_bytes() if text.startswith("@") else text.encode()
    value = parse_json(data, max_bytes=_MAX_INPUT_BYTES, max_depth=64)
    if not isinstance(value, dict):
        raise Invalid("The input must be a JSON object: its fields become the job's input.")
    return value


def _answer(job: Job) -> dict[str, JSON]:
    return {"job": str(job.id), "status": job.status, "output": job.output, "error": job.error}


def _text(job: Job) -> str:
    if job.status == "SUCCESS":
        return json.dumps(job.output, indent=2, ensure_ascii=False)
    if job.status in state.ENDED:
        error = job.error or {}
        return f"{job.status}: {error.get('message', '')} (job {job.id}, step {error.get('step')})"
    return f"The job {job.id} goes on: it is {job.status} {job.wait_reason}".rstrip()
