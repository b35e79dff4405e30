"""Jobs that wait for people, with their engine."""

from __future__ import annotations

import re

import pytest

from backend.notices.models import Notice
from tests.backend.conftest import alice, client_of
from tests.backend.factories import make_member, make_user
from tests.workers.engine.conftest import acme, start, worker

__all__ = ["acme", "alice", "client_of", "start", "worker"]


@pytest.fixture
def person(acme, client_of):
    """`person("ana", "operator")`: a browser of a member."""

    def make(name, role="operator"):
        return client_of(make_member(acme, make_user(name), role=role).user)

    return make


@pytest.fixture
def ask(start, worker):
    """`ask(approvers=[…])`: a job that waits for a decision."""

    def make(**config):
        step = {"id": "ask", "type": "approval", "config": {"message": "Pay {{ input.sum }}?", **config}}
        after = {"ask.approved": "yes", "ask.rejected": "no", "ask.expired": "late"}
        outputs = [
            {
                "id": id_,
                "type": "output",
                "after": [port],
                "config": {
                    "values": {"branch": f"'{id_}'", "by": "ask.approver", "comment": "ask.comment", "form": "ask.form"}
                },
            }
            for port, id_ in after.items()
        ]
        job = start(step, *outputs, input={"sum": 7})
        worker.advance()
        job.refresh_from_db()
        return job

    return make


def links(email):
    """The tokens in the mails to an address, the oldest first."""
    notices = [notice for notice in Notice.objects.order_by("created_at", "id") if notice.to == [email]]
    return [re.search(r"/approvals/token/([^/\s]+)/", notice.body)[1] for notice in notices]
