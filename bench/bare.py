"""The least that accepting something can cost: a Django view without any middleware that inserts one row.

`python -m bench.bare PORT`, with the database in DATABASE_URL; served exactly as the product serves its own views.
"""

from __future__ import annotations

import json
import os
import sys
import uuid

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

from backend.common import env


def insert(request: HttpRequest) -> JsonResponse:
    """Reads JSON, and keeps it."""
    from django.db import connection

    body = json.dumps(json.loads(request.body or b"null"))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare (id, body) VALUES (%s, %s)", [str(uuid.uuid4()), body])
    return JsonResponse({"ok": True}, status=202)


urlpatterns = [path("", insert)]
if not settings.configured:  # the server's process is a copy of the one that has made the table
    settings.configure(
        SECRET_KEY="bench",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="bench.bare",
        DATABASES={"default": env.database(os.environ["DATABASE_URL"])},
        MIDDLEWARE=[],
    )
    django.setup()
application = get_wsgi_application()


def main() -> None:
    """Makes the table and serves."""
    from django.db import connection
    from granian.constants import Interfaces
    from granian.server import Server

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bare (id varchar(40) PRIMARY KEY, body text)")
    connection.close()
    Server(
        "bench.bare:application",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=24,
        websockets=False,
        log_enabled=False,
    ).serve()


if __name__ == "__main__":
    main()
