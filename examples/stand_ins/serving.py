"""A WSGI application as a server in threads of this process, on the loopback address, without a log of requests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server


class Server:
    """Runs from its making until `stop`."""

    def __init__(self, application: Callable[..., Iterable[bytes]], *, host: str, port: int) -> None:
        self._server = make_server(host, port, application, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends it; answers under way are given up."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Quiet(WSGIRequestHandler):
    """What arrives is in the record."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: Any) -> None:
        """Nothing."""
