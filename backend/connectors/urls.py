"""The addresses of connectors, secrets and variables."""

from __future__ import annotations

from django.urls import path

from backend.connectors.api import connectors, keyed

urlpatterns = [
    path("api/connector-types/", connectors.ConnectorTypesView.as_view(), name="connector-types"),
    path("api/connectors/", connectors.ConnectorsView.as_view(), name="connectors"),
    path("api/connectors/test/", connectors.CandidateTestView.as_view(), name="connector-candidate-test"),
    path("api/connectors/<str:key>/", connectors.ConnectorView.as_view(), name="connector"),
    path("api/connectors/<str:key>/test/", connectors.ConnectorTestView.as_view(), name="connector-test"),
    path("api/connectors/<str:key>/sign-in/", connectors.SignInView.as_view(), name="connector-sign-in"),
    path("api/oauth/callback/", connectors.SignedInCallbackView.as_view(), name="oauth-callback"),
    path("api/connectors/<str:key>/tables/", connectors.ConnectorTablesView.as_view(), name="connector-tables"),
    path("api/secrets/", keyed.SecretsView.as_view(), name="secrets"),
    path("api/secrets/<str:key>/", keyed.SecretView.as_view(), name="secret"),
    path("api/variables/", keyed.VariablesView.as_view(), name="variables"),
    path("api/variables/<str:key>/", keyed.VariableView.as_view(), name="variable"),
]
