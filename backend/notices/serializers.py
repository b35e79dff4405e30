"""Shapes of messages and channels."""

from __future__ import annotations

from rest_framework import serializers

from backend.common.json import JSON
from backend.common.serializers import StrictSerializer
from backend.notices.models import Notice


class ChannelInput(StrictSerializer):
    """One way of hearing of things."""

    connector = serializers.CharField(max_length=60)
    to = serializers.ListField(child=serializers.CharField(max_length=320), required=False, default=list, max_length=50)


class ChannelsInput(StrictSerializer):
    """All of them; an empty list switches them off."""

    channels = ChannelInput(many=True)


def notice_shown(notice: Notice) -> dict[str, JSON]:
    """A message without its text, which may hold links that let people decide."""
    status = "sent" if notice.sent_at else "waiting" if notice.due_at else "failed"
    return {
        "id": str(notice.id),
        "channel": notice.channel or None,
        "to": notice.to,
        "subject": notice.subject,
        "severity": notice.severity,
        "status": status,
        "attempts": notice.attempts,
        "error": notice.error or None,
        "created_at": notice.created_at,
        "sent_at": notice.sent_at,
    }
