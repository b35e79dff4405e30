"""Moments at the API."""

from __future__ import annotations

from datetime import datetime

from rest_framework import serializers

from backend.common import moments


class MomentField(serializers.DateTimeField):
    """A moment that can be reckoned with.

    Without a `default_timezone`, one that is written without an offset stays so: the schedule's time zone decides.
    """

    def enforce_timezone(self, value: datetime) -> datetime:
        """The moment as it was written, in UTC if it has an offset."""
        try:
            moments.checked(value)
        except ValueError as error:
            raise serializers.ValidationError(f"This is {error}.") from None
        zone = getattr(self, "timezone", None) or value.tzinfo
        return moments.in_utc(value, zone=zone) if zone else value
