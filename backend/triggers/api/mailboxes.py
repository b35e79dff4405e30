"""HTTP of watched mailboxes: how they are doing. They are set up in the workflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.common.pagination import paginated
from backend.triggers.selectors import mailboxes as selectors
from backend.triggers.serializers.mailboxes import mailbox_shown
from backend.triggers.services import mailboxes

_VIEW, _MANAGE = Permission.MAILBOX_VIEW, Permission.MAILBOX_MANAGE


class MailboxList(OrganizationView):
    """The organisation's watched mailboxes."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": _VIEW}

    @extend_schema(parameters=[OpenApiParameter("workflow", str)], responses={200: dict})
    def get(self, request: Request) -> Response:
        """All, or those of one workflow (id or slug)."""
        rows = selectors.mailbox_list(self.actor.organization, workflow=request.query_params.get("workflow", ""))
        return paginated(request, rows, shape=mailbox_shown)


class MailboxDetail(OrganizationView):
    """One watched mailbox."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": _VIEW}

    @extend_schema(responses={200: dict})
    def get(self, request: Request, mailbox_id: UUID) -> Response:
        """How it is set, how far it is, and what is wrong with it."""
        return Response(mailbox_shown(selectors.mailbox_get(self.actor.organization, mailbox_id)))


class MailboxLook(OrganizationView):
    """A look that somebody does not want to wait for."""

    permissions: ClassVar[Mapping[str, Permission]] = {"POST": _MANAGE}

    @extend_schema(request=None, responses={202: dict})
    def post(self, request: Request, mailbox_id: UUID) -> Response:
        """A worker looks into it within a second or so."""
        row = selectors.mailbox_get(self.actor.organization, mailbox_id)
        mailboxes.look_now(row)
        return Response(mailbox_shown(selectors.mailbox_get(self.actor.organization, mailbox_id)), status=202)
