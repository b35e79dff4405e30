"""Addresses of triggers: those of the API, and the public ones."""

from __future__ import annotations

from django.urls import path

from backend.triggers import calendars, webhooks
from backend.triggers.api import schedules as schedule_api
from backend.triggers.api import webhooks as webhook_api

urlpatterns = [
    path("api/webhooks/", webhook_api.WebhookList.as_view()),
    path("api/webhooks/<uuid:webhook_id>/", webhook_api.WebhookDetail.as_view()),
    path("api/webhooks/<uuid:webhook_id>/rotate/", webhook_api.WebhookRotate.as_view()),
    path("api/schedules/", schedule_api.ScheduleList.as_view()),
    path("api/schedules/preview/", schedule_api.SchedulePreview.as_view()),
    path("api/schedules/settings/", schedule_api.ScheduleSettings.as_view()),
    path("api/schedules/<uuid:schedule_id>/", schedule_api.ScheduleDetail.as_view()),
    path("api/schedules/<uuid:schedule_id>/runs/", schedule_api.ScheduleRuns.as_view()),
    path("api/schedules/<uuid:schedule_id>/back-fill/", schedule_api.ScheduleBackFill.as_view()),
    path("api/schedule-alerts/", schedule_api.ScheduleAlerts.as_view()),
    path("api/schedule-alerts/<uuid:alert_id>/dismiss/", schedule_api.ScheduleAlertDismiss.as_view()),
    path("calendars/<str:token>.ics", calendars.calendar),
    path("hooks/<str:token>", webhooks.receive),
    path("hooks/<str:token>/", webhooks.receive),
    path("hooks/<str:token>/<path:path>", webhooks.receive),
]
