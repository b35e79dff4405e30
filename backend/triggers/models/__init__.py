"""The rows of what starts jobs. Django finds the models of an app here."""

from __future__ import annotations

from backend.triggers.models.schedules import Schedule, ScheduleAlert, SchedulePolicy, ScheduleRun
from backend.triggers.models.webhooks import Respond, Webhook, WebhookDelivery

__all__ = ["Respond", "Schedule", "ScheduleAlert", "SchedulePolicy", "ScheduleRun", "Webhook", "WebhookDelivery"]
