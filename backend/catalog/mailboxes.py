"""The contract of connectors for mailboxes: what a watcher asks of one. Plain values, no library."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from datetime import date
from typing import Generic, Protocol, TypeVar

from backend.catalog.connectors import ConnectorConfig, ConnectorType


class MailboxError(Exception):
    """The mailbox cannot be read; the message says why, in words."""


class Folder(Protocol):
    """An opened folder. A message has a number that it keeps as long as `validity` stays the same."""

    @property
    def validity(self) -> int:
        """Changes when the server has numbered the messages anew."""

    @property
    def next_number(self) -> int:
        """Larger than the number of every message that is there."""

    def numbers(self, *, after: int) -> list[int]:
        """Messages with a larger number, in order."""

    def since(self, day: date) -> list[int]:
        """Messages that arrived on this day or later, in order."""

    def size(self, number: int) -> int | None:
        """Of a message, in bytes; None when it is gone."""

    def read(self, number: int) -> bytes:
        """A message as it came, without marking it as read."""

    def mark_read(self, number: int) -> None:
        """Other programs see it as read."""

    def move(self, number: int, folder: str) -> None:
        """Puts it into another folder."""


C = TypeVar("C", bound=ConnectorConfig)


class Mailbox(ConnectorType[C], Generic[C], family="mailbox"):
    """Base of the connector types for mailboxes."""

    @abstractmethod
    def open(self, folder: str) -> AbstractContextManager[Folder]:
        """A folder, for as long as the block lasts. It and all in it raise MailboxError."""
