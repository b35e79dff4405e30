"""The permissions, and which role has which."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rest_framework import exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from backend.accounts.models import Role
from backend.common import errors

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which imports this module by its settings


class Permission(StrEnum):
    """What a view can ask for. PUBLIC and SIGNED_IN are for the few views outside an organisation."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    ORGANIZATION_VIEW = "organization.view"
    ORGANIZATION_MANAGE = "organization.manage"
    MEMBER_VIEW = "member.view"
    MEMBER_MANAGE = "member.manage"
    API_KEY_MANAGE = "api_key.manage"
    WORKFLOW_VIEW = "workflow.view"
    WORKFLOW_EDIT = "workflow.edit"
    WORKFLOW_RUN = "workflow.run"
    JOB_VIEW = "job.view"
    JOB_CONTROL = "job.control"
    FILE_VIEW = "file.view"
    FILE_UPLOAD = "file.upload"
    WEBHOOK_VIEW = "webhook.view"
    WEBHOOK_MANAGE = "webhook.manage"
    APPROVAL_VIEW = "approval.view"
    APPROVAL_DECIDE = "approval.decide"
    CONNECTOR_VIEW = "connector.view"
    CONNECTOR_USE = "connector.use"
    CONNECTOR_MANAGE = "connector.manage"
    SECRET_VIEW = "secret.view"  # noqa: S105 the name of a permission
    SECRET_MANAGE = "secret.manage"  # noqa: S105 the name of a permission
    VARIABLE_VIEW = "variable.view"
    VARIABLE_MANAGE = "variable.manage"
    SCHEDULE_VIEW = "schedule.view"
    SCHEDULE_MANAGE = "schedule.manage"
    FORM_VIEW = "form.view"
    FORM_MANAGE = "form.manage"
    AI_MANAGE = "ai.manage"
    MAILBOX_VIEW = "mailbox.view"
    MAILBOX_MANAGE = "mailbox.manage"
    HOOK_VIEW = "hook.view"
    HOOK_MANAGE = "hook.manage"  # of owners: a hook may be what holds editors back


_VIEWER = {
    Permission.SIGNED_IN,
    Permission.ORGANIZATION_VIEW,
    Permission.MEMBER_VIEW,
    Permission.WORKFLOW_VIEW,
    Permission.JOB_VIEW,
    Permission.FILE_VIEW,
    Permission.WEBHOOK_VIEW,
    Permission.APPROVAL_VIEW,
    Permission.CONNECTOR_VIEW,
    Permission.SECRET_VIEW,
    Permission.VARIABLE_VIEW,
    Permission.SCHEDULE_VIEW,
    Permission.FORM_VIEW,
    Permission.MAILBOX_VIEW,
}
_OPERATOR = _VIEWER | {
    Permission.WORKFLOW_RUN,
    Permission.JOB_CONTROL,
    Permission.FILE_UPLOAD,
    Permission.APPROVAL_DECIDE,
}
_EDITOR = _OPERATOR | {
    Permission.WORKFLOW_EDIT,
    Permission.WEBHOOK_MANAGE,
    Permission.CONNECTOR_USE,
    Permission.CONNECTOR_MANAGE,
    Permission.SECRET_MANAGE,
    Permission.VARIABLE_MANAGE,
    Permission.SCHEDULE_MANAGE,
    Permission.FORM_MANAGE,
    Permission.AI_MANAGE,
    Permission.MAILBOX_MANAGE,
    Permission.HOOK_VIEW,
}

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.EDITOR: frozenset(_EDITOR),
    Role.OPERATOR: frozenset(_OPERATOR),
    Role.VIEWER: frozenset(_VIEWER),
}

SCOPE_ROLES: dict[str, str] = {
    "admin": Role.OWNER,
    "edit": Role.EDITOR,
    "execute": Role.OPERATOR,
    "read": Role.VIEWER,
}  # what people choose for a key


def may_grant(own_role: str, role: str) -> bool:
    """Whether somebody of a role may give another role: only one that may do no more than their own."""
    return ROLE_PERMISSIONS[role] <= ROLE_PERMISSIONS[own_role]


class DeclaredPermission(BasePermission):
    """Lets a request through only if the view declares a permission for its method and the actor has it."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises 401, 403 or 405; nothing passes without a declaration."""
        needed = needed_permission(view, method=request.method or "")
        if needed is Permission.PUBLIC:
            return True
        if request.successful_authenticator is None:
            raise exceptions.NotAuthenticated
        if needed is Permission.SIGNED_IN:
            return True
        actor = view.actor  # type: ignore[attr-defined]  # a view that has none fails here, closed
        if not actor.may(needed):
            raise errors.Forbidden(_refusal(role=actor.role, needed=needed))
        return True


def needed_permission(view: APIView, *, method: str) -> Permission:
    """The declared permission of a method."""
    method = "GET" if method == "HEAD" else method
    declared: Permission | None = getattr(view, "permissions", {}).get(method)
    if declared is not None:
        return declared
    if method.lower() in view.http_method_names and hasattr(view, method.lower()):
        raise errors.Forbidden("This address declares no permission for its method, so nobody may use it.")
    raise exceptions.MethodNotAllowed(method)


def _refusal(*, role: str, needed: Permission) -> str:
    holders = " or ".join(name for name in ROLE_PERMISSIONS if needed in ROLE_PERMISSIONS[name])
    return f"The role {role} does not allow this; it needs the role {holders}. Ask an owner of the organisation."
