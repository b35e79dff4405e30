"""Addresses of event webhooks."""

from __future__ import annotations

from django.urls import path

from backend.outgoing import api

urlpatterns = [
    path("api/event-webhooks/", api.EndpointList.as_view()),
    path("api/event-webhooks/<uuid:endpoint_id>/", api.EndpointDetail.as_view()),
    path("api/event-webhooks/<uuid:endpoint_id>/deliveries/", api.DeliveryList.as_view()),
    path("api/event-webhooks/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>/repeat/", api.DeliveryRepeat.as_view()),
]
