"""S3 with one bucket, by moto, which knows the protocol better than a few lines of ours would."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

import httpx
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from examples.stand_ins.record import Record
from examples.stand_ins.serving import Server

BUCKET = "exports"


class Storage:
    """The server, and what it is at first."""

    def __init__(self, record: Record, *, host: str, port: int) -> None:
        self._url = f"http://{host}:{port}"
        self._server = Server(recorded(DomainDispatcherApplication(create_backend_app), record), host=host, port=port)

    def reset(self) -> None:
        """Empties it and makes the bucket."""
        httpx.post(f"{self._url}/moto-api/reset").raise_for_status()
        httpx.put(f"{self._url}/{BUCKET}").raise_for_status()

    def stop(self) -> None:
        """Ends it."""
        self._server.stop()


def recorded(application: Callable[..., Iterable[bytes]], record: Record) -> Callable[..., Iterable[bytes]]:
    """The same application; every file that is written or deleted is kept in the record."""

    def outer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(data)
        if method in {"PUT", "DELETE"} and path.strip("/") != BUCKET:
            record.add(f"{method} {path}", body=readable(data))
        return application(environ, start_response)

    return outer


def readable(data: bytes) -> Any:
    """JSON or text where it is some."""
    text = data.decode("utf-8", errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
