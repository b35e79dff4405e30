"""What differs between two definitions, step by step. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from backend.common.json import JSON


@dataclass(frozen=True, slots=True)
class Change:
    """One place whose value differs; null where there is none."""

    path: str
    before: JSON
    after: JSON


def compare(before: Mapping[str, JSON], after: Mapping[str, JSON]) -> dict[str, JSON]:
    """The steps added, removed and changed, and the changes elsewhere; the editor's own part is left out."""
    old, new = _steps(before), _steps(after)
    changed = [
        {"step": id_, "name": new[id_].get("name") or id_, "changes": [asdict(c) for c in _changes(old[id_], new[id_])]}
        for id_ in new
        if id_ in old and old[id_] != new[id_]
    ]
    return {
        "added": [id_ for id_ in new if id_ not in old],
        "removed": [id_ for id_ in old if id_ not in new],
        "changed": changed,
        "document": [asdict(change) for change in _changes(_rest(before), _rest(after))],
    }


def _steps(document: Mapping[str, JSON]) -> dict[str, dict[str, JSON]]:
    steps = document.get("steps")
    found = steps if isinstance(steps, list) else []
    return {str(step["id"]): step for step in found if isinstance(step, dict) and "id" in step}


def _rest(document: Mapping[str, JSON]) -> dict[str, JSON]:
    return {key: value for key, value in document.items() if key not in {"steps", "ui"}}


def _changes(before: JSON, after: JSON, path: str = "") -> Iterator[Change]:
    if before == after:
        return
    if not (isinstance(before, dict) and isinstance(after, dict)):
        yield Change(path, before, after)
        return
    for key in dict.fromkeys((*before, *after)):
        yield from _changes(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
