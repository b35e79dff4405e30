"""What can be wrong with files."""

from __future__ import annotations

from typing import ClassVar

from backend.common.errors import Invalid, NotFound, TooLarge, Unavailable


class FileTooLarge(TooLarge):
    """The file is larger than allowed."""

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"The file is larger than {limit:,} bytes, which is the most that one file may have.")


class NoFile(Invalid):
    """Send the file as the field “file” of a multipart form."""


class FileGone(NotFound):
    """There is no such file in this organisation; it may have been deleted with its job."""


class StoreUnavailable(Unavailable):
    """The store of files does not answer."""

    error: ClassVar[str] = "File store unavailable"
