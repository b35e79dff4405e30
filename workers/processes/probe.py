"""`python -m workers.processes.probe /health/ready|sandbox`: whether the program in this container is well.

Container engines ask every few seconds, so it starts without Django.
"""

from __future__ import annotations

import http.client
import os
import sys
from urllib.parse import urlsplit

from sandboxes.client import SandboxClient, SandboxUnavailable

_SECONDS = 4.0


def main(wanted: str) -> str:
    """Why it is not well; empty if it is."""
    return _sandbox(os.environ["STEPGRAPH_SANDBOX_URL"]) if wanted == "sandbox" else _page(wanted)


def _page(path: str) -> str:
    # Only the names in ALLOWED_HOSTS are answered, and the one of the base URL is among them.
    host = urlsplit(os.environ.get("STEPGRAPH_BASE_URL", "")).netloc or "localhost"
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or "8000"), timeout=_SECONDS)
    try:
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return f"{path} is not answered: {error}"
    finally:
        connection.close()
    return "" if answer.status == http.client.OK else f"{path} answers {answer.status}: {body}"


def _sandbox(url: str) -> str:
    try:
        SandboxClient(url).stats()
    except SandboxUnavailable as error:
        return str(error)
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) or 0)
