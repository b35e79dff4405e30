"""The addresses of connectors, secrets and variables."""

from __future__ import annotations

from django.urls import path

from backend.connectors import api

urlpatterns = [
    path("api/connector-types/", api.ConnectorTypesView.as_view(), name="connector-types"),
    path("api/connectors/", api.ConnectorsView.as_view(), name="connectors"),
    path("api/connectors/test/", api.CandidateTestView.as_view(), name="connector-candidate-test"),
    path("api/connectors/<str:key>/", api.ConnectorView.as_view(), name="connector"),
    path("api/connectors/<str:key>/test/", api.ConnectorTestView.as_view(), name="connector-test"),
    path("api/connectors/<str:key>/sign-in/", api.SignInView.as_view(), name="connector-sign-in"),
    path("api/oauth/callback/", api.SignedInCallbackView.as_view(), name="oauth-callback"),
    path("api/connectors/<str:key>/tables/", api.ConnectorTablesView.as_view(), name="connector-tables"),
    path("api/secrets/", api.SecretsView.as_view(), name="secrets"),
    path("api/secrets/<str:key>/", api.SecretView.as_view(), name="secret"),
    path("api/variables/", api.VariablesView.as_view(), name="variables"),
    path("api/variables/<str:key>/", api.VariableView.as_view(), name="variable"),
]
