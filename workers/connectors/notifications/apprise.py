"""Everything that Apprise reaches: more than a hundred services by one address each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from backend.catalog.connectors import ConnectorConfig
from backend.catalog.fields import Secret
from backend.common.egress import EgressError, guarded_names
from workers.connectors.notifications._base import FAILED, Delivery, Message, Notifier


class AppriseConfig(ConnectorConfig):
    """The form of an Apprise address, which holds the credentials."""

    url: Secret = Field(title="Apprise address", description="Such as ntfy://topic or matrix://user:password@host.")


class Apprise(Notifier[AppriseConfig], type="apprise"):
    """Sends messages to one of the services of Apprise: SMS, push, chat and more."""

    label = "Apprise"
    icon = "broadcast"
    Config = AppriseConfig

    def send(self, message: Message, recipients: Sequence[str]) -> list[Delivery]:
        """To the address of the connector."""
        try:
            service = _service(self.config.url.get_secret_value())
        except ValueError as error:
            return [Delivery("", FAILED, str(error))]
        try:
            with guarded_names(self.outside.policy):
                sent = service.notify(title=message.subject, body=message.text, notify_type=_kind(message.severity))
        except EgressError as error:
            return [Delivery("", FAILED, error.message)]
        if not sent:
            return [Delivery("", FAILED, f"{service.service_name} did not take the message.", retryable=True)]
        return [Delivery("")]


def _service(url: str) -> Any:
    import apprise

    service = apprise.Apprise.instantiate(url)
    if service is None:
        raise ValueError("This is not an address that Apprise knows. See https://github.com/caronc/apprise/wiki.")
    # These start programs or write files of this machine.
    if any(service.__class__.__module__.endswith(f".{name}") for name in _LOCAL):
        raise ValueError(f"{service.service_name} works on this machine itself, which is not allowed here.")
    return service


_LOCAL = ("dbus", "glib", "gnome", "macosx", "windows", "syslog", "custom_json_file", "fcm_file")


def _kind(severity: str) -> str:
    return {"warning": "warning", "error": "failure", "critical": "failure"}.get(severity, "info")
