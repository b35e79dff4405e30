"""The live program's entry: the same routes, asked only for event streams."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application
from django.urls import get_resolver

from backend.common import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")

application = get_asgi_application()
get_resolver().url_patterns  # noqa: B018 reads the routes, and with them the whole program, before the first request
memory.settle()
