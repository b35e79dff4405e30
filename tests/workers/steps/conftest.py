"""Fixtures of the step tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.ai import AiServer, ai_server
from tests.mail import mails

__all__ = ["mails"]


@pytest.fixture
def ai() -> Iterator[AiServer]:
    """A server of all model providers."""
    with ai_server() as running:
        yield running
