"""Addresses of webhooks: those of the API, and the public ones."""

from __future__ import annotations

from django.urls import path

from backend.triggers import api, webhooks

urlpatterns = [
    path("api/webhooks/", api.WebhookList.as_view()),
    path("api/webhooks/<uuid:webhook_id>/", api.WebhookDetail.as_view()),
    path("api/webhooks/<uuid:webhook_id>/rotate/", api.WebhookRotate.as_view()),
    path("hooks/<str:token>", webhooks.receive),
    path("hooks/<str:token>/", webhooks.receive),
    path("hooks/<str:token>/<path:path>", webhooks.receive),
]
