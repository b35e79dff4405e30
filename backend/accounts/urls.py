"""The addresses of accounts."""

from __future__ import annotations

from django.urls import path

from backend.accounts import openapi  # noqa: F401 it tells the API document how to sign in by being imported
from backend.accounts.api import organizations, session

urlpatterns = [
    path("api/setup/", session.SetupView.as_view(), name="setup"),
    path("api/session/", session.SessionView.as_view(), name="session"),
    path("api/users/me/", session.MeView.as_view(), name="me"),
    path("api/users/me/password/", session.PasswordView.as_view(), name="password"),
    path("api/organizations/", organizations.OrganizationsView.as_view(), name="organizations"),
    path("api/organizations/<uuid:organization_id>/", organizations.OneOrganizationView.as_view(), name="organization"),
    path("api/members/", organizations.MembersView.as_view(), name="members"),
    path("api/members/<uuid:member_id>/", organizations.MemberView.as_view(), name="member"),
    path("api/invites/<str:token>/", organizations.InviteView.as_view(), name="invite"),
    path("api/api-keys/", organizations.ApiKeysView.as_view(), name="api-keys"),
    path("api/api-keys/<uuid:key_id>/", organizations.ApiKeyView.as_view(), name="api-key"),
]
