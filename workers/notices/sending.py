"""One message by its channel, and what becomes of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from django.conf import settings

from backend.catalog.connectors import Outside
from backend.common.egress import EgressPolicy
from backend.connectors import opening
from backend.connectors.errors import Unusable
from backend.notices import services
from backend.notices.models import Notice
from workers.connectors.notifications._base import FAILED, Message, Notifier
from workers.connectors.notifications.smtp import Smtp, SmtpConfig


def send(notice_id: UUID) -> bool:
    """Sends a message unless another worker does; whether it was ours to send."""
    notice = services.notice_claim(notice_id)
    if notice is None:
        return False
    try:
        notifier = _notifier(notice)
    except (Unusable, ValueError) as error:
        services.notice_failed(notice, str(error), retryable=False, to=notice.to)
        return True
    message = Message(notice.subject, notice.body, notice.html, severity=notice.severity, key=str(notice.id))
    failed = [one for one in notifier.send(message, tuple(notice.to)) if one.status == FAILED]
    if not failed:
        services.notice_sent(notice)
        return True
    # Only those who have not got it are tried again.
    left = [one.recipient for one in failed if one.recipient] or notice.to
    told = "; ".join(dict.fromkeys(one.error for one in failed))
    services.notice_failed(notice, told, retryable=any(one.retryable for one in failed), to=left)
    return True


def _notifier(notice: Notice) -> Notifier[Any]:
    words = settings.STEPGRAPH_EGRESS_ALLOW
    if not notice.channel:
        config = own_mail(settings.EMAIL_URL)
        # The operator named this server, so it may be anywhere.
        host = f"[{config.host}]" if ":" in config.host else config.host
        return Smtp(config, outside=Outside(EgressPolicy.from_words([*words, f"{host}:{config.port}"])))
    opened = opening.connector_open(notice.organization_id, notice.channel, family="notification")
    found = opened.instance(Outside(EgressPolicy.from_words(words)))
    if not isinstance(found, Notifier):
        raise Unusable(f"The connector “{notice.channel}” does not send messages.")
    return found


def own_mail(url: str) -> SmtpConfig:
    """The installation's mail server from EMAIL_URL. Raises ValueError with what is wrong."""
    if not url:
        raise ValueError("There is no mail server: set EMAIL_URL, or name default channels.")
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("EMAIL_URL must look like smtp://user:password@host:587?from=me@example.com.")
    options = {name: values[0] for name, values in parse_qs(parts.query).items()}
    host = urlsplit(settings.STEPGRAPH_BASE_URL).hostname or "localhost"
    secure = parts.scheme == "smtps"
    return SmtpConfig.model_validate(
        {
            "host": parts.hostname,
            "port": parts.port or (465 if secure else 587),
            "user": unquote(parts.username) if parts.username else None,
            "password": unquote(parts.password) if parts.password else None,
            "tls": "ssl" if secure else options.get("tls", "auto"),
            "from": options.get("from") or f"Stepgraph <stepgraph@{host if '.' in host else 'localhost.localdomain'}>",
        }
    )
