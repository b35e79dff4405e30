"""Addresses of hooks."""

from __future__ import annotations

from django.urls import path

from backend.hooks import api

urlpatterns = [
    path("api/hooks/", api.HookList.as_view()),
    path("api/hooks/<uuid:hook_id>/", api.HookDetail.as_view()),
]
