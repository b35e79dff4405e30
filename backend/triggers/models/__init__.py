"""The rows of what starts jobs. Django finds the models of an app here."""

from __future__ import annotations

from backend.triggers.models.forms import Follower, Form
from backend.triggers.models.mailboxes import WatchedMailbox
from backend.triggers.models.schedules import Schedule, ScheduleAlert, SchedulePolicy, ScheduleRun
from backend.triggers.models.webhooks import Respond, Webhook, WebhookDelivery, WebhookTest

__all__ = [
    "Follower",
    "Form",
    "Respond",
    "Schedule",
    "ScheduleAlert",
    "SchedulePolicy",
    "ScheduleRun",
    "WatchedMailbox",
    "Webhook",
    "WebhookDelivery",
    "WebhookTest",
]
