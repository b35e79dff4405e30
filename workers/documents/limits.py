"""How much of a document is read."""

from __future__ import annotations

from typing import Final

MAX_BYTES: Final = 30_000_000  # of the file
MAX_PARTS: Final = 2_000  # files inside an Office file
MAX_UNPACKED: Final = 150_000_000  # bytes of all of them
MAX_RATIO: Final = 200  # unpacked to packed
MAX_PAGES: Final = 500
MAX_CELLS: Final = 200_000
MAX_TEXT: Final = 2_000_000  # characters
MAX_PIXELS: Final = 60_000_000
MAX_PICTURES: Final = 5  # pages of a scan that are handed on as pictures
MAX_ATTACHMENTS: Final = 50
MEMORY: Final = 1_500_000_000  # bytes of address space of the child
SECONDS: Final = 60.0
MAX_ANSWER: Final = 60_000_000  # bytes of the child's answer


class Refused(Exception):
    """The document cannot be read; says why in words."""

    def __init__(self, message: str, *, kind: str = "unreadable", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.hint = hint
