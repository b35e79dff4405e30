"""Addresses of circuits and of the cache."""

from __future__ import annotations

from django.urls import path

from backend.guards import api

urlpatterns = [
    path("api/circuits/", api.CircuitList.as_view()),
    path("api/circuits/<uuid:circuit_id>/reset/", api.CircuitReset.as_view()),
    path("api/cache/clear/", api.CacheClear.as_view()),
]
