"""One running installation for all acceptance tests."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.mail import mails
from tests.stack import Stack, running_stack

__all__ = ["mails"]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The product as `make up` runs it."""
    with running_stack(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="session")
def api(stack: Stack) -> Iterator[httpx.Client]:
    """A client with a key that may do everything."""
    with stack.client() as client:
        yield client
