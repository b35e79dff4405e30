"""Reading forms: by organisation for people who set them up, by token for those who fill them in."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from backend.accounts.models import Organization, User
from backend.accounts.permissions import ROLE_PERMISSIONS, Permission
from backend.common.errors import NotFound
from backend.jobs.models import Job
from backend.triggers.models import Form


def form_list(organization: Organization, *, workflow: str = "") -> QuerySet[Form]:
    """The newest first; `workflow` is an id or a slug."""
    forms = Form.objects.filter(organization=organization).select_related("workflow__published_version")
    return (forms.filter(_workflow_named(workflow)) if workflow else forms).order_by("-id")


def form_get(organization: Organization, form_id: UUID) -> Form:
    """One form; NotFound outside the organisation."""
    form = form_list(organization).filter(pk=form_id).first()
    if form is None:
        raise NotFound(f"There is no form {form_id} in this organisation.")
    return form


def form_of(token: str) -> Form | None:
    """The active form behind an address."""
    forms = Form.objects.select_related("workflow__published_version", "organization")
    return forms.filter(token=token, is_active=True).first()


def may_fill_in(form: Form, user: User | None) -> bool:
    """Whether somebody who is signed in may send a form of members."""
    if user is None:
        return False
    role = user.memberships.filter(organization_id=form.organization_id).values_list("role", flat=True).first()
    return role is not None and Permission.WORKFLOW_RUN in ROLE_PERMISSIONS[role]


def form_job(form: Form, *, job_id: str) -> Job | None:
    """A job of the form's organisation, if it is still there."""
    return Job.objects.filter(pk=job_id, organization_id=form.organization_id).first()


def form_url(form: Form) -> str:
    """The address of the page."""
    return f"{settings.STEPGRAPH_BASE_URL.rstrip('/')}/forms/{form.token}/"


def _workflow_named(text: str) -> Q:
    try:
        return Q(workflow_id=UUID(text))
    except ValueError:
        return Q(workflow__slug=text)
