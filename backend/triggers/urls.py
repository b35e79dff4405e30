"""Addresses of triggers: those of the API, and the public ones."""

from __future__ import annotations

from django.urls import path

from backend.triggers import calendar_feed, testing, webhooks
from backend.triggers.api import deliveries as delivery_api
from backend.triggers.api import forms as form_api
from backend.triggers.api import mailboxes as mailbox_api
from backend.triggers.api import schedules as schedule_api
from backend.triggers.api import webhooks as webhook_api
from backend.triggers.forms import views as form_views

urlpatterns = [
    path("hooks/test/<str:token>", testing.receive_test),
    path("hooks/test/<str:token>/", testing.receive_test),
    path("hooks/test/<str:token>/<path:path>", testing.receive_test),
    path("hooks/<str:token>", webhooks.receive),  # these three are answered before Django, by `gate.py`
    path("hooks/<str:token>/", webhooks.receive),
    path("hooks/<str:token>/<path:path>", webhooks.receive),
    path("api/webhooks/", webhook_api.WebhookList.as_view()),
    path("api/webhooks/<uuid:webhook_id>/", webhook_api.WebhookDetail.as_view()),
    path("api/webhooks/<uuid:webhook_id>/rotate/", webhook_api.WebhookRotate.as_view()),
    path("api/webhooks/<uuid:webhook_id>/deliveries/", delivery_api.DeliveryList.as_view()),
    path("api/webhooks/<uuid:webhook_id>/deliveries/<int:delivery_id>/replay/", delivery_api.DeliveryReplay.as_view()),
    path("api/webhook-tests/", delivery_api.TestList.as_view()),
    path("api/webhook-tests/<uuid:test_id>/", delivery_api.TestDetail.as_view()),
    path("api/schedules/", schedule_api.ScheduleList.as_view()),
    path("api/schedules/agenda/", schedule_api.ScheduleAgenda.as_view()),
    path("api/schedules/preview/", schedule_api.SchedulePreview.as_view()),
    path("api/schedules/settings/", schedule_api.ScheduleSettings.as_view()),
    path("api/schedules/<uuid:schedule_id>/", schedule_api.ScheduleDetail.as_view()),
    path("api/schedules/<uuid:schedule_id>/runs/", schedule_api.ScheduleRuns.as_view()),
    path("api/schedules/<uuid:schedule_id>/back-fill/", schedule_api.ScheduleBackFill.as_view()),
    path("api/schedule-alerts/", schedule_api.ScheduleAlerts.as_view()),
    path("api/schedule-alerts/<uuid:alert_id>/dismiss/", schedule_api.ScheduleAlertDismiss.as_view()),
    path("api/forms/", form_api.FormList.as_view()),
    path("api/forms/<uuid:form_id>/", form_api.FormDetail.as_view()),
    path("api/forms/<uuid:form_id>/rotate/", form_api.FormRotate.as_view()),
    path("api/mailboxes/", mailbox_api.MailboxList.as_view()),
    path("api/mailboxes/<uuid:mailbox_id>/", mailbox_api.MailboxDetail.as_view()),
    path("api/mailboxes/<uuid:mailbox_id>/look/", mailbox_api.MailboxLook.as_view()),
    path("forms/<str:token>/", form_views.form_page),
    path("forms/<str:token>/<str:result>/", form_views.form_result),
    path("forms/<str:token>/<str:result>/files/<uuid:file_id>/", form_views.form_file),
    path("calendars/<str:token>.ics", calendar_feed.calendar),
]
