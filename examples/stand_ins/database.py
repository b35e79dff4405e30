"""The shop's database: a SQLite file that workflows open themselves; the stand-in fills it and looks into it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

_CONTENT = Path(__file__).with_name("database.sql")


class Database:
    """The file, as it is at first and as workflows have left it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def reset(self) -> None:
        """Its tables as `database.sql` has them, in the same file: open connections stay good."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=10)) as connection:
            connection.executescript(_CONTENT.read_text(encoding="utf-8"))

    def rows(self, query: str) -> list[list[Any]]:
        """What is in it now; the connection cannot write."""
        with closing(sqlite3.connect(f"{self._path.as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
            return [list(row) for row in connection.execute(query)]
