"""Where bytes are kept: a folder, or a bucket of S3. Neither knows names, organisations or the database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from backend.files.errors import FileGone, StoreUnavailable

CHUNK = 1024 * 1024


class BlobStore(Protocol):
    """Bytes by address. An address is written once, and what `put` has returned from survives a power failure."""

    def put(self, address: UUID, source: IO[bytes]) -> None:
        """Keeps everything that the source still gives. Raises StoreUnavailable."""

    def open(self, address: UUID) -> IO[bytes]:
        """The bytes from their beginning. Raises FileGone, StoreUnavailable."""

    def delete(self, address: UUID) -> None:
        """Removes the bytes, if they are there. Raises StoreUnavailable."""

    def older_than(self, moment: datetime) -> Iterator[UUID]:
        """The addresses that were written before a moment. Raises StoreUnavailable."""


def store() -> BlobStore:
    """The store of this installation."""
    return _store(settings.STEPGRAPH_BLOB_URL)


@cache
def _store(url: str) -> BlobStore:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FolderStore(Path(unquote(parts.path)))
    if parts.scheme == "s3":
        from backend.files.s3 import S3Store

        return S3Store.from_url(url)
    raise ImproperlyConfigured("STEPGRAPH_BLOB_URL must start with file:/// or s3://.")


class FolderStore:
    """Files below a folder that all processes share."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, address: UUID, source: IO[bytes]) -> None:
        """Written beside its place, forced to the disk, and only then given its name."""
        path = self._path(address)
        part = path.with_name(f".{uuid4().hex}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(part, source)
            part.replace(path)
            _sync_folder(path.parent)
        except OSError as error:
            with suppress(OSError):  # what is left of it goes with the next sweep
                part.unlink(missing_ok=True)
            raise StoreUnavailable(f"A file could not be written: {error.strerror}. Check the disk.") from error

    def open(self, address: UUID) -> IO[bytes]:
        """An open file."""
        try:
            return self._path(address).open("rb")
        except FileNotFoundError as error:
            raise FileGone from error
        except OSError as error:
            raise StoreUnavailable(f"A file could not be read: {error.strerror}.") from error

    def delete(self, address: UUID) -> None:
        """Removes the file."""
        try:
            self._path(address).unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"A file could not be deleted: {error.strerror}.") from error

    def older_than(self, moment: datetime) -> Iterator[UUID]:
        """Looks at every file; what was never finished is removed on the way."""
        for folder in sorted(self._root.glob("[0-9a-f][0-9a-f]")):
            for path in folder.iterdir():
                if not _is_older(path, moment):
                    continue
                if path.name.startswith("."):
                    path.unlink(missing_ok=True)  # its writer died
                else:
                    yield UUID(path.name)

    def _path(self, address: UUID) -> Path:
        # The ids begin with the time, so that their ends are what spreads evenly.
        return self._root / address.hex[-2:] / address.hex


def _write(path: Path, source: IO[bytes]) -> None:
    with path.open("xb") as file:
        path.chmod(0o600)
        while chunk := source.read(CHUNK):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Without this a power failure may forget the new name."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_older(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:  # another process was quicker
        return False
