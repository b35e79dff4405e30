"""HTTP of forms, for the people who set them up."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.common.json import JSON
from backend.common.pagination import paginated
from backend.triggers.selectors import forms as selectors
from backend.triggers.serializers import forms as serializers
from backend.triggers.services import forms
from backend.workflows import selectors as workflow_selectors

_VIEW, _MANAGE = Permission.FORM_VIEW, Permission.FORM_MANAGE


class FormView(OrganizationView):
    """What the views of forms share."""

    @property
    def shown(self) -> partial[dict[str, JSON]]:
        """How a form is shown: with its address for those who may start jobs."""
        return partial(serializers.form_shown, with_url=self.actor.may(Permission.WORKFLOW_RUN))


class FormList(FormView):
    """The organisation's forms."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": _VIEW, "POST": _MANAGE}

    @extend_schema(parameters=[OpenApiParameter("workflow", str)], responses={200: dict})
    def get(self, request: Request) -> Response:
        """All, or those of one workflow (id or slug)."""
        rows = selectors.form_list(self.actor.organization, workflow=request.query_params.get("workflow", ""))
        return paginated(request, rows, shape=self.shown)

    @extend_schema(request=serializers.FormInput, responses={201: dict})
    def post(self, request: Request) -> Response:
        """A new page."""
        values = self.validated(serializers.FormInput)
        workflow = workflow_selectors.workflow_get(self.actor.organization, key=values.pop("workflow"))
        return Response(self.shown(forms.form_create(workflow, values=values)), status=201)


class FormDetail(FormView):
    """One form."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": _VIEW, "PATCH": _MANAGE, "DELETE": _MANAGE}

    @extend_schema(responses={200: dict})
    def get(self, request: Request, form_id: UUID) -> Response:
        """The form with its address."""
        return Response(self.shown(selectors.form_get(self.actor.organization, form_id)))

    @extend_schema(request=serializers.FormFields(partial=True), responses={200: dict})
    def patch(self, request: Request, form_id: UUID) -> Response:
        """Changes the fields that are given."""
        form = selectors.form_get(self.actor.organization, form_id)
        return Response(
            self.shown(forms.form_update(form, values=self.validated(serializers.FormFields, partial=True)))
        )

    @extend_schema(responses={204: None})
    def delete(self, request: Request, form_id: UUID) -> Response:
        """Removes the page."""
        forms.form_delete(selectors.form_get(self.actor.organization, form_id))
        return Response(status=204)


class FormRotate(FormView):
    """A new address."""

    permissions: ClassVar[Mapping[str, Permission]] = {"POST": _MANAGE}

    @extend_schema(request=None, responses={200: dict})
    def post(self, request: Request, form_id: UUID) -> Response:
        """The old address is gone at once."""
        return Response(self.shown(forms.form_rotate(selectors.form_get(self.actor.organization, form_id))))
