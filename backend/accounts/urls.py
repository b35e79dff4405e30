"""The addresses of accounts."""

from __future__ import annotations

from django.urls import path

from backend.accounts import api, api_session

urlpatterns = [
    path("api/setup/", api_session.SetupView.as_view(), name="setup"),
    path("api/session/", api_session.SessionView.as_view(), name="session"),
    path("api/users/me/", api_session.MeView.as_view(), name="me"),
    path("api/users/me/password/", api_session.PasswordView.as_view(), name="password"),
    path("api/organizations/", api.OrganizationsView.as_view(), name="organizations"),
    path("api/organizations/<uuid:organization_id>/", api.OneOrganizationView.as_view(), name="organization"),
    path("api/members/", api.MembersView.as_view(), name="members"),
    path("api/members/<uuid:member_id>/", api.MemberView.as_view(), name="member"),
    path("api/invites/<str:token>/", api.InviteView.as_view(), name="invite"),
    path("api/api-keys/", api.ApiKeysView.as_view(), name="api-keys"),
    path("api/api-keys/<uuid:key_id>/", api.ApiKeyView.as_view(), name="api-key"),
]
