"""The web program's entry: every address but event streams."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from backend.common import memory

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")


def _application() -> WSGIApplication:
    django = get_wsgi_application()
    get_resolver().url_patterns  # noqa: B018 reads the routes, and with them the whole program, before the first request
    from backend.triggers.gate import Gate  # it needs Django set up

    memory.settle()
    return Gate(django)


application = _application()
