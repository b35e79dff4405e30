"""curl commands as `api` steps, and the other way round. Pure."""

from __future__ import annotations

from backend.workflows.curl.reading import Imported, from_curl
from backend.workflows.curl.words import NotCurl
from backend.workflows.curl.writing import to_curl

__all__ = ["Imported", "NotCurl", "from_curl", "to_curl"]
