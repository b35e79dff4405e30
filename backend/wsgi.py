"""The web program's entry: every address but event streams."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from backend.common import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")

application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 reads the routes, and with them the whole program, before the first request
memory.settle()
