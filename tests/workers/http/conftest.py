"""Fixtures of the tests of requests."""

from __future__ import annotations

from tests.http_server import server

__all__ = ["server"]
