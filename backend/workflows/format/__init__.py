"""The workflow document: the models that validate it, its aliases, its one canonical spelling, and YAML."""

from __future__ import annotations

from backend.workflows.format.definition import Definition, Settings
from backend.workflows.format.steps import Cache, CircuitBreaker, Fallback, OnError, Retry, Step
from backend.workflows.format.triggers import (
    FormTrigger,
    MailboxTrigger,
    ScheduleTrigger,
    Trigger,
    WebhookTrigger,
    WorkflowTrigger,
)

__all__ = [
    "Cache",
    "CircuitBreaker",
    "Definition",
    "Fallback",
    "FormTrigger",
    "MailboxTrigger",
    "OnError",
    "Retry",
    "ScheduleTrigger",
    "Settings",
    "Step",
    "Trigger",
    "WebhookTrigger",
    "WorkflowTrigger",
]
