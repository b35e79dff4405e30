"""Django's registration of this app."""

from __future__ import annotations

from django.apps import AppConfig


class TriggersConfig(AppConfig):
    """The app."""

    name = "backend.triggers"
    label = "triggers"

    def ready(self) -> None:
        """Asks to be told of publishing, and tells addresses: workflows stand below triggers and do not know them."""
        from backend.connectors.sealing import SealedColumn, sealed_columns
        from backend.jobs.listeners import Concerned, end_listeners
        from backend.triggers.models import Webhook
        from backend.triggers.selectors.webhooks import secret_context, webhook_urls
        from backend.triggers.services import followers, forms, mailboxes, schedules, webhooks
        from backend.workflows import cli
        from backend.workflows.services import publish_listeners

        for column in ("secret", "previous_secret"):
            sealed_columns.append(SealedColumn(Webhook, column, secret_context))
        publish_listeners.append(webhooks.workflow_published)
        publish_listeners.append(schedules.workflow_published)
        publish_listeners.append(forms.workflow_published)
        publish_listeners.append(followers.workflow_published)
        publish_listeners.append(mailboxes.workflow_published)
        end_listeners.append(Concerned(followers.IS_FOLLOWED, followers.job_ended))
        cli.addresses_of.append(webhook_urls)
