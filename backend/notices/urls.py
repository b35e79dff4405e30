"""The addresses of messages and channels."""

from __future__ import annotations

from django.urls import path

from backend.notices import api

urlpatterns = [
    path("api/notification-channels/", api.ChannelsView.as_view(), name="notification-channels"),
    path("api/notices/", api.NoticesView.as_view(), name="notices"),
]
