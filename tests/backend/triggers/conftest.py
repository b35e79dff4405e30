"""A published workflow, and webhooks on it."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.accounts.models import Role
from backend.accounts.services.api_keys import api_key_issue
from backend.accounts.services.organizations import organization_create
from backend.triggers.services import webhooks
from backend.workflows.models import Workflow, WorkflowVersion
from tests.backend.triggers.flows import Flow

DEFINITION = {
    "stepgraph": 1,
    "name": "Intake",
    "steps": [
        {"id": "read", "type": "transform", "config": {"values": {"a": "1"}}},
        {"id": "out", "type": "output", "after": ["read"], "config": {"values": {"a": "read.a"}}},
    ],
}


@pytest.fixture
def organization(db):
    return organization_create(name="Acme", owner=None)


@pytest.fixture
def workflow(organization):
    workflow = Workflow.objects.create(organization=organization, slug="intake", name="Intake", definition=DEFINITION)
    version = WorkflowVersion.objects.create(workflow=workflow, number=1, definition=DEFINITION, checksum="1")
    workflow.published_version = version
    workflow.save()
    return workflow


@pytest.fixture
def make_hook(workflow):
    """Makes webhooks; open ones unless told otherwise."""

    def make(**values):
        made = webhooks.webhook_create(workflow, values={"auth": "none", **values})
        return made.webhook

    return make


@pytest.fixture
def key_client(organization):
    """Clients with an API key of a role."""

    def client(role=Role.EDITOR, organization=organization):
        _, text = api_key_issue(organization, name="test", role=role)
        return Client(headers={"X-API-Key": text})

    return client


@pytest.fixture
def flow(key_client):
    return Flow(key_client())
