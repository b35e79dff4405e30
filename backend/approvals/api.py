"""The HTTP API of approvals: the inbox, and links."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView, PublicView
from backend.approvals import selectors, serializers
from backend.approvals.services import deciding, delegating
from backend.common.json import JSON
from backend.common.pagination import paginated

_DECISIONS = {"approve": deciding.APPROVED, "reject": deciding.REJECTED}


class _View(OrganizationView):
    @property
    def email(self) -> str:
        """The person's own address; empty for keys."""
        user = self.actor.user
        return user.email.lower() if user else ""

    def answered(self, key: str) -> Response:
        """One approval as it stands now."""
        approval = selectors.approval_get(self.actor.organization, key)
        return Response(serializers.approval_shown(approval, email=self.email))


class ApprovalsView(_View):
    """The inbox."""

    permissions = {"GET": Permission.APPROVAL_VIEW}

    @extend_schema(
        parameters=[
            OpenApiParameter("status", enum=["pending", "approved", "rejected", "expired", "cancelled"]),
            OpenApiParameter("mine", bool, description="Only those that the caller is asked for."),
            OpenApiParameter("job", description="Of one job."),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """A page of them, the newest first."""
        query = request.query_params
        mine = self.email if query.get("mine", "").lower() in {"1", "true"} else ""
        wanted = selectors.Filter(query.get("status", ""), mine, query.get("job", ""))
        rows = selectors.approvals(self.actor.organization, wanted)
        return paginated(request, rows, shape=lambda row: serializers.approval_shown(row, email=self.email))


class ApprovalView(_View):
    """One approval."""

    permissions = {"GET": Permission.APPROVAL_VIEW}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, key: str) -> Response:
        """With its form, documents and decisions."""
        return self.answered(key)


class DecideView(_View):
    """Decides in the inbox."""

    permissions = {"POST": Permission.APPROVAL_DECIDE}

    @extend_schema(request=serializers.DecisionInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, key: str) -> Response:
        """The approval after it; 403 for those who are not asked, 409 once it is decided."""
        body = self.validated(serializers.DecisionInput)
        approval = selectors.approval_get(self.actor.organization, key)
        deciding.decide_as(self.actor, approval, deciding.Answer(body["decision"], body["comment"], body["form"]))
        return self.answered(key)


class DelegateView(_View):
    """Hands a decision over."""

    permissions = {"POST": Permission.APPROVAL_DECIDE}

    @extend_schema(request=serializers.DelegateInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, key: str) -> Response:
        """The approval after it; the new approver gets a message."""
        body = self.validated(serializers.DelegateInput)
        approval = selectors.approval_get(self.actor.organization, key)
        delegating.delegate(self.actor, approval, to=body["to"], instead_of=body["instead_of"])
        return self.answered(key)


class LinkView(PublicView):
    """What a link from a mail asks: reading decides nothing, since mail scanners follow links too."""

    permissions = {"GET": Permission.PUBLIC}
    authentication_classes = ()

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, token: str) -> Response:
        """The question."""
        return Response(_shown(token))


class LinkDecideView(PublicView):
    """Decides by a link; it works once."""

    permissions = {"POST": Permission.PUBLIC}
    authentication_classes = ()  # the token says who it is

    @extend_schema(request=serializers.AnswerInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, token: str, word: str) -> Response:
        """How it stands after it."""
        body = self.validated(serializers.AnswerInput)
        link = selectors.link_get(token)
        answer = deciding.Answer(_DECISIONS[word], body["comment"], body["form"])
        approval = deciding.decide_by_link(link, answer)
        return Response({"id": str(approval.id), "status": str(approval.status), "decision": str(answer.decision)})


def _shown(token: str) -> dict[str, JSON]:
    approver = selectors.link_get(token).approver
    shown = serializers.approval_shown(approver.approval, email=approver.email)
    wanted = ("id", "status", "title", "message", "form", "workflow_name", "expires_at", "created_at")
    return {name: shown[name] for name in wanted} | {"approver": approver.email}
