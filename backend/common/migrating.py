"""What migrations share."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class JsonAsText(Operation):
    """From PostgreSQL's `jsonb`, which sorts keys, to text: all columns in one go over the table.

    On SQLite JSON is text already. Django itself would go over the table once for each column.
    """

    def __init__(self, table: str, *columns: str) -> None:
        self.table = table
        self.columns = columns

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The fields are told of beside it."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """To text."""
        self._retype(schema_editor, "text")

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """As it was, but for the order that keys had."""
        self._retype(schema_editor, "jsonb")

    def describe(self) -> str:
        """For `migrate --plan`."""
        return f"Keep the order of keys in {', '.join(self.columns)} of {self.table}"

    def _retype(self, editor: BaseDatabaseSchemaEditor, kind: str) -> None:
        if editor.connection.vendor != "postgresql":
            return
        names = [editor.quote_name(column) for column in self.columns]
        changes = ", ".join(f"ALTER COLUMN {name} TYPE {kind} USING {name}::{kind}" for name in names)
        editor.execute(f"ALTER TABLE {editor.quote_name(self.table)} {changes}")
