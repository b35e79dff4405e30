"""Changing forms, by people and by publishing, and starting the job of one that was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from backend.accounts.models import User
from backend.common.json import JSON
from backend.files.services import uses_add
from backend.jobs.models import Job, TriggeredBy
from backend.jobs.services import job_create
from backend.triggers import publishing
from backend.triggers.errors import NothingPublished
from backend.triggers.models import Form
from backend.triggers.publishing import Triggers
from backend.triggers.secrets import new_token
from backend.workflows.format import FormTrigger
from backend.workflows.models import Workflow

_SETTINGS = ("title", "description", "access", "respond", "timeout", "start_at", "is_active")


@transaction.atomic
def form_create(workflow: Workflow, *, values: Mapping[str, Any], trigger_id: str = "") -> Form:
    """A new page for a workflow."""
    form = Form(organization_id=workflow.organization_id, workflow=workflow, trigger_id=trigger_id, token=new_token())
    return _saved(form, values)


@transaction.atomic
def form_update(form: Form, *, values: Mapping[str, Any]) -> Form:
    """Changes the fields that are given."""
    locked = Form.objects.select_for_update(of=("self",)).select_related("workflow").get(pk=form.pk)
    return _saved(locked, values)


def form_rotate(form: Form) -> Form:
    """A new address; the old one is gone at once."""
    form.token = new_token()
    form.save(update_fields=["token"])
    return form


def form_delete(form: Form) -> None:
    """Removes it. One made from a trigger comes back, with another address, when its workflow is published."""
    form.delete()


@transaction.atomic
def workflow_published(workflow: Workflow, triggers: Triggers, *, before: Triggers = ()) -> None:
    """Makes the forms of a published definition: known ones keep their address, others are switched off."""
    wanted = publishing.wanted(FormTrigger, triggers, before=before)
    rows = {row.trigger_id: row for row in Form.objects.filter(workflow=workflow).exclude(trigger_id="")}
    Form.objects.filter(workflow=workflow, trigger_id__in=rows.keys() - wanted.keys()).update(is_active=False)
    for id_, one in wanted.items():
        values = {**one.trigger.model_dump(include=set(_SETTINGS)), "start_at": one.trigger.start_at or ""}
        if id_ in rows:
            form_update(rows[id_], values=one.news(values))
        else:
            form_create(workflow, values=values, trigger_id=id_)


@transaction.atomic
def form_sent(form: Form, *, values: dict[str, JSON], files: Sequence[UUID], nonce: str, sender: User | None) -> Job:
    """The job of a form that was filled in; the same page sent twice starts one."""
    version = form.workflow.published_version
    if version is None:
        raise NothingPublished
    job = job_create(
        workflow=form.workflow,
        version=version,
        input=values,
        facts={"form": {"id": str(form.pk), "title": title_of(form), "sender": sender.email if sender else None}},
        triggered_by=TriggeredBy.FORM,
        start_at=form.start_at,
        idempotency_key=f"form:{form.pk}:{nonce}" if nonce else None,
        created_by=sender,
    )
    if files:
        uses_add(form.organization_id, job=job.pk, files=files)
    return job


def title_of(form: Form) -> str:
    """What stands above the page."""
    return form.title or form.workflow.name


def _saved(form: Form, values: Mapping[str, Any]) -> Form:
    for name in _SETTINGS:
        if name in values:
            setattr(form, name, values[name])
    form.full_clean()
    form.save()
    return form
