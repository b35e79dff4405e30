"""Fills a JSON Schema from a text by plain rules. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from backend.common.json import JSON

_NUMBER = r"[-+]?\d(?:[\d.,'\u00a0\u202f ]*\d)?"
_CURRENCY = r"(?:€|\$|£|EUR|USD|GBP|RON|lei|CHF|PLN|zł)?"
_AMOUNT = re.compile(rf"{_CURRENCY}\s*(?P<number>{_NUMBER})\s*{_CURRENCY}", re.IGNORECASE)
_CELL = re.compile(rf"^{_CURRENCY}\s*(?P<number>[-+]?\d[\d.,'\u00a0\u202f]*)\s*{_CURRENCY}$", re.IGNORECASE)
_DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{1,2} \w{3,12} \d{4})\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n{2,}")
_MOST_ITEMS = 500
_MOST_REST = 500  # characters behind a label: looking through more costs its square


class Reader:
    """One text under a set of words."""

    def __init__(
        self, text: str, *, keywords: Mapping[str, Sequence[str]], labels: Mapping[str, Sequence[str]]
    ) -> None:
        self._text = text
        self._lower = text.casefold()
        self._keywords = keywords
        self._labels = labels
        self._found: list[str] = []  # the words that decided the last choice
        self._share = 0.0  # of all words that were found, how many spoke for it

    def value(self, schema: Mapping[str, JSON], *, name: str) -> JSON:
        """A value that fits the schema as far as the text allows."""
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._choice([item for item in schema["enum"] if item is not None], default=schema.get("default"))
        kind = _kind(schema)
        if kind == "object" or "properties" in schema:
            return self._object(schema)
        if kind == "array":
            return self._list(schema, name)
        if kind in {"number", "integer"}:
            return self._number(name, kind, schema)
        if kind == "boolean":
            return any(label in self._lower for label in self._words(name))
        return self._string(name, schema)

    def _object(self, schema: Mapping[str, JSON]) -> JSON:
        fields = schema.get("properties", {})
        choices = {name: self.value(part, name=name) for name, part in fields.items() if part.get("enum")}
        rest = {name: self.value(part, name=name) for name, part in fields.items() if name not in choices}
        return {name: {**choices, **rest}[name] for name in fields}

    # --- choices ----------------------------------------------------------------------------------------------------

    def _choice(self, values: list[JSON], *, default: JSON) -> JSON:
        """The value that most words speak for; without any, the default, or the last one."""
        scores = {str(value): self._hits(str(value)) for value in values}
        total = sum(len(words) for words in scores.values())
        if not total:
            self._found, self._share = [], 0.0
            return default if default is not None else values[-1]
        best = max(values, key=lambda value: len(scores[str(value)]))
        self._found = scores[str(best)]
        # One word alone is weak evidence, whatever it is a share of.
        self._share = len(self._found) / total * min(1.0, 0.55 + 0.15 * len(self._found))
        return best

    def _hits(self, value: str) -> list[str]:
        words = self._keywords.get(value, [value])
        return [word for word in words if _is_in(word.casefold(), self._lower)]

    # --- single values ----------------------------------------------------------------------------------------------

    def _number(self, name: str, kind: str, schema: Mapping[str, JSON]) -> JSON:
        if name in {"confidence", "certainty", "score"}:
            return round(self._share, 2)
        for rest in self._after_labels(name):
            found = _AMOUNT.search(rest)
            if found is not None:
                number = parse_number(found["number"])
                return int(number) if kind == "integer" else number
        return None if _nullable(schema) else 0

    def _string(self, name: str, schema: Mapping[str, JSON]) -> JSON:
        if name in {"reason", "why", "explanation"}:
            return f"It says {', '.join(self._found[:5])}." if self._found else "No known word was found."
        if name in {"summary", "digest"}:
            return summary(self._text)
        is_date = schema.get("format") == "date" or name.endswith(("date", "_on", "deadline"))
        for rest in self._after_labels(name):
            found = _DATE.search(rest) if is_date else re.search(r"\S.*", rest)
            if found is not None:
                return found[0].strip(" :\t|")[:500]
        return None if _nullable(schema) else ""

    def _after_labels(self, name: str) -> Iterator[str]:
        """What follows each label on its line; or, behind a bare label, the next line."""
        lines = self._text.splitlines()
        for label in self._words(name):
            pattern = re.compile(rf"(?<!\w){re.escape(label)}(?!\w)[^\S\n]*[:#.=|]*[^\S\n]*(.*)", re.IGNORECASE)
            for line, following in pairwise([*lines, ""]):
                found = pattern.search(line)
                if found is not None:
                    yield (found[1] if found[1].strip(" :|") else following)[:_MOST_REST]

    def _words(self, name: str) -> list[str]:
        return [word.casefold() for word in self._labels.get(name, [name.replace("_", " ")])]

    # --- lists ------------------------------------------------------------------------------------------------------

    def _list(self, schema: Mapping[str, JSON], name: str) -> list[JSON]:
        items = schema.get("items", {})
        if _kind(items) == "object" or "properties" in items:
            return list(self._rows(items.get("properties", {})))[:_MOST_ITEMS]
        if items.get("format") == "date" or "date" in name or "deadline" in name:
            return list(dict.fromkeys(found[0] for found in _DATE.finditer(self._text)))[:_MOST_ITEMS]
        return [rest.strip() for rest in self._after_labels(name) if rest.strip()][:_MOST_ITEMS]

    def _rows(self, fields: Mapping[str, Mapping[str, JSON]]) -> Iterator[JSON]:
        """Lines of a text followed by as many numbers as the objects want."""
        texts = [name for name, part in fields.items() if _kind(part) == "string"]
        numbers = [name for name, part in fields.items() if _kind(part) in {"number", "integer"}]
        if not texts or not numbers:
            return
        for line in self._text.splitlines():
            words, values = _row(line, len(numbers))
            if words:
                row: dict[str, JSON] = dict.fromkeys(texts, "")
                row[texts[0]] = words
                for key, value in zip(numbers, values, strict=True):
                    row[key] = int(value) if _kind(fields[key]) == "integer" else value
                yield {key: row.get(key) for key in fields if key in row}


def _row(line: str, count: int) -> tuple[str, list[float]]:
    cells = [cell.strip() for cell in re.split(r"\s*\|\s*|\t+|\s{2,}", line.strip().strip("|")) if cell.strip()]
    if len(cells) <= count:
        return "", []
    found = [_CELL.match(cell) for cell in cells[-count:]]
    words = " ".join(cells[:-count])
    if not all(found) or not re.search(r"[^\W\d]", words):
        return "", []
    return words, [parse_number(match["number"]) for match in found if match is not None]


def parse_number(text: str) -> float:
    """A number as people write it: the last mark with one or two digits behind it is the decimal one."""
    plain = re.sub(r"[\s'\u00a0\u202f]", "", text)
    sign = -1 if plain.startswith("-") else 1
    plain = plain.lstrip("+-")
    found = re.fullmatch(r"(?P<whole>[\d.,]*?)(?:[.,](?P<part>\d{1,2}))?", plain)
    if found is None:
        return 0.0
    whole = re.sub(r"[.,]", "", found["whole"]) or "0"
    return sign * float(f"{whole}.{found['part'] or 0}")


def summary(text: str, *, sentences: int = 3, characters: int = 400) -> str:
    """The first sentences."""
    parts = [" ".join(part.split()) for part in _SENTENCE.split(text) if part.strip()]
    return " ".join(parts[:sentences])[:characters]


def _is_in(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}", text) is not None


def _kind(schema: Mapping[str, JSON]) -> str:
    kind = schema.get("type", "string")
    if isinstance(kind, list):
        return next((str(name) for name in kind if name != "null"), "string")
    return str(kind)


def _nullable(schema: Mapping[str, JSON]) -> bool:
    kind = schema.get("type")
    return isinstance(kind, list) and "null" in kind
