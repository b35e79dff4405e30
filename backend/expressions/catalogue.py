"""What the editor offers while somebody types an expression; made from the tables that the compiler uses."""

from __future__ import annotations

from typing import Final, TypedDict

from backend.expressions.access import FIELDS
from backend.expressions.expression import FUNCTION_MODULES
from backend.expressions.table import FUNCTIONS, METHODS
from backend.expressions.values import KINDS


class Entry(TypedDict):
    """One thing to offer. `kind` is function, method, field or word; `of` is the kind of value that has it."""

    name: str
    signature: str
    help: str
    kind: str
    of: str


_WORDS: Final = {
    "and": "Both are true.",
    "or": "At least one is true.",
    "not": "The opposite.",
    "in": "Is part of a text, item of a list or key of an object.",
    "is": "Compares with null: value is not null.",
    "if": "a if condition else b",
    "else": "a if condition else b",
    "for": "[x.name for x in rows if x.active]",
    "true": "The value true.",
    "false": "The value false.",
    "null": "No value; what is missing is null.",
}


def catalogue() -> list[Entry]:
    """Functions, methods, date fields and words with signature and help, sorted by kind and name."""
    assert FUNCTION_MODULES  # importing them has filled the tables
    entries = [
        *(
            _entry(name, f"{name}{c.signature[len(c.name) :]}", c.help, kind="function")
            for name, c in FUNCTIONS.items()
        ),
        *(_entry(name, c.signature, c.help, kind="method", of=KINDS[of]) for (of, name), c in METHODS.items()),
        *(_entry(name, name, "", kind="field", of=KINDS[of]) for of, names in FIELDS.items() for name in names),
        *(_entry(name, name, text, kind="word") for name, text in _WORDS.items()),
    ]
    return sorted(entries, key=lambda entry: (entry["kind"], entry["of"], entry["name"]))


def _entry(name: str, signature: str, help_text: str, *, kind: str, of: str = "") -> Entry:
    return Entry(name=name, signature=signature, help=help_text, kind=kind, of=of)
