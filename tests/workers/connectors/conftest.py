"""Fixtures of the connector tests."""

from __future__ import annotations

import pytest

from tests.http_server import server
from tests.mail import mail_server

__all__ = ["server"]


@pytest.fixture
def mails():
    """A mail server."""
    with mail_server() as found:
        yield found
