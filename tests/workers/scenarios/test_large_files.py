"""Large files as references: C-59."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from backend.accounts.models import Organization
from backend.files.models import FileUse
from backend.jobs.models import Job, StepRun
from tests.workers.engine.conftest import Answer, Server, call, output

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = hashlib.sha256(b"a large file").digest() * 400_000  # 12.8 MB
FILE = {"headers": {"Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename=big.bin"}}


def test_a_file_goes_from_step_to_step_by_reference(
    run: Callable[..., Job], server: Server, acme: Organization
) -> None:
    """C-59: what is large lies outside the job, the next steps read it whole, and the rows stay small."""
    server.answers["/big"] = Answer(200, FILE["headers"], CONTENT)
    server.answers["/upload"] = Answer(201)

    job = run(
        call("fetch", f"{server.url}/big", config={"method": "GET", "save_as_file": True}),
        {"id": "keep", "type": "transform", "after": ["fetch"], "config": {"values": {"copies": "[fetch, fetch]"}}},
        call("send", f"{server.url}/upload", after=["keep"], config={"body": "{{ keep.copies[1] }}"}),
        output({"file": "fetch"}, after=["send"]),
    )

    assert job.status == "SUCCESS", job.error
    sent = server.seen[-1]
    assert hashlib.sha256(sent.body).digest() == hashlib.sha256(CONTENT).digest()
    assert (job.output["file"]["name"], job.output["file"]["size"]) == ("big.bin", len(CONTENT))
    assert max(len(str(row)) for row in StepRun.objects.filter(job=job).values_list("output", "input")) < 2_000
    assert FileUse.objects.filter(job_id=job.id, file__organization=acme).count() == 1


def test_a_file_over_the_limit_is_told(run: Callable[..., Job], server: Server, settings: Any) -> None:
    """C-59: over the limit, a clear error."""
    settings.MAX_FILE_BYTES = 1_000_000
    server.answers["/big"] = Answer(200, FILE["headers"], CONTENT)

    job = run(call("fetch", f"{server.url}/big", config={"method": "GET", "save_as_file": True}))

    assert job.status == "FAILED"
    assert "1,000,000" in job.error["message"] or "1 MB" in job.error["message"], job.error
