"""Addresses of insights."""

from __future__ import annotations

from django.urls import path

from backend.insights import api

urlpatterns = [
    path("api/insights/", api.Insights.as_view()),
    path("api/insights/thresholds/", api.ThresholdList.as_view()),
    path("api/insights/thresholds/<uuid:threshold_id>/", api.ThresholdDetail.as_view()),
    path("api/insights/alerts/", api.AlertList.as_view()),
    path("metrics", api.Metrics.as_view()),
]
