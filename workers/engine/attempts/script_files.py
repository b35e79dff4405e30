"""Files that a script left: kept, and put into its result where it said so."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping

from backend.catalog.steps import FileAccess
from backend.common.json import JSON

_NEW = "new:"  # `{"$file": "new:report.pdf"}` in a result stands for the file of that name


def kept(result: JSON, written: Mapping[str, bytes], files: FileAccess) -> JSON:
    """The result with references in it; a script without a result gives its files by name."""
    if not written:
        return result
    references = {name: files.save(name, _kind(name), data) for name, data in written.items()}
    return {"files": references} if result is None else _filled(result, references)


def _kind(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _filled(value: JSON, references: Mapping[str, JSON]) -> JSON:
    if isinstance(value, list):
        return [_filled(item, references) for item in value]
    if not isinstance(value, dict):
        return value
    name = value.get("$file")
    if len(value) == 1 and isinstance(name, str) and name.startswith(_NEW):
        return references.get(name.removeprefix(_NEW), value)
    return {key: _filled(item, references) for key, item in value.items()}
