"""Addresses of files."""

from __future__ import annotations

from django.urls import path

from backend.files import api

urlpatterns = [
    path("api/files/", api.FileList.as_view()),
    path("api/files/<str:file_id>/", api.FileDetail.as_view()),
]
