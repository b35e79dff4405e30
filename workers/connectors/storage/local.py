"""A folder of the workers' machine, where an administrator allows it."""

from __future__ import annotations

import mimetypes
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from pydantic import Field

from backend.catalog.connectors import ConnectorConfig
from backend.catalog.steps import StepFailed
from backend.common.folders import allowed_folder
from workers.connectors.storage._base import Entry, Storage, Stored, checked, missing, too_large


class LocalConfig(ConnectorConfig):
    """The form of a folder."""

    path: str = Field(
        min_length=1,
        max_length=1_000,
        title="Folder",
        description="A relative path is below STEPGRAPH_HOME/folders; others must be allowed by STEPGRAPH_FOLDERS.",
        examples=["exports", "/mnt/share"],
    )


class Local(Storage[LocalConfig], type="local"):
    """A folder of the machine that the workers run on."""

    label = "Folder"
    icon = "folder"
    Config = LocalConfig

    def put(self, key: str, stored: Stored) -> None:
        """Whole or not at all: readers never see half a file."""
        target = self._file(key)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, made = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
            with os.fdopen(handle, "wb") as file:
                file.write(stored.content)
            Path(made).replace(target)
        except OSError as error:
            raise _failed(error, key) from error

    def get(self, key: str, *, max_bytes: int) -> Stored:
        """The file's bytes; its type by its name."""
        path = self._file(key)
        try:
            if path.stat().st_size > max_bytes:
                raise too_large(max_bytes)
            return Stored(path.read_bytes(), mimetypes.guess_type(path.name)[0] or "application/octet-stream")
        except (FileNotFoundError, IsADirectoryError) as error:
            raise missing(key) from error
        except OSError as error:
            raise _failed(error, key) from error

    def entries(self, prefix: str, *, limit: int) -> list[Entry]:
        """Files in the folder and the folders below it."""
        root = self._root()
        paths = sorted(path for path in root.rglob("*") if path.is_file() and not path.name.startswith("."))
        names = ((path, path.relative_to(root).as_posix()) for path in paths)
        return [_entry(path, name) for path, name in names if name.startswith(prefix)][:limit]

    def delete(self, key: str) -> None:
        """One file."""
        try:
            self._file(key).unlink(missing_ok=True)
        except OSError as error:
            raise _failed(error, key) from error

    def _root(self) -> Path:
        root = allowed_folder(self.config.path)
        if root is None:
            raise StepFailed(
                f"The folder {self.config.path} is not one that connectors may use.",
                error_type="validation",
                hint=f"An administrator can allow it: STEPGRAPH_FOLDERS={self.config.path}",
            )
        return root

    def _file(self, key: str) -> Path:
        root = self._root()
        path = (root / checked(key)).resolve()
        if not path.is_relative_to(root):  # a link in it leads outside
            raise missing(key)
        return path


def _entry(path: Path, name: str) -> Entry:
    found = path.stat()
    return Entry(name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC).isoformat())


def _failed(error: OSError, key: str) -> StepFailed:
    return StepFailed(f"“{key[:200]}”: {error.strerror or error}.", error_type="storage")
