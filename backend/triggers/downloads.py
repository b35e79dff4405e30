"""Stored files as bodies of answers."""

from __future__ import annotations

from typing import IO
from uuid import UUID

from backend.files.selectors import file_open

_CHUNK = 65_536


class FileChunks:
    """A file's bytes, bit by bit; Django closes it with the answer, also when nobody has read it to the end."""

    def __init__(self, organization: UUID, file_id: UUID | str) -> None:
        self._source: IO[bytes] = file_open(organization, file_id)

    def __iter__(self) -> FileChunks:
        return self

    def __next__(self) -> bytes:
        chunk = self._source.read(_CHUNK)
        if not chunk:
            self.close()
            raise StopIteration
        return chunk

    def close(self) -> None:
        """Lets go of the file."""
        self._source.close()
