"""A SQL statement with its values apart: what the template language gives to a database, in any driver's spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from backend.common.json import JSON
from backend.common.suggest import did_you_mean
from backend.expressions.errors import value_error
from backend.expressions.sqltext import tokens

Style = Literal["qmark", "format", "numeric", "dollar"]

_MARKS: Final[dict[str, str]] = {"qmark": "?", "format": "%s", "numeric": ":{n}", "dollar": "${n}"}
_TEXT_OF_JSON: Final = re.compile(r"\$\d+")


@dataclass(frozen=True, slots=True)
class Statement:
    """The text between the values (always one piece more than there are values), and the values in their order."""

    parts: tuple[str, ...]
    values: tuple[JSON, ...] = ()

    def text(self, style: Style) -> str:
        """The statement with placeholders as a driver wants them.

        `format` doubles every `%` of the text when there are values; without values hand the driver no parameters.
        """
        mark = _MARKS[style]
        parts = self.parts
        if style == "format" and self.values:
            parts = tuple(part.replace("%", "%%") for part in parts)
        marks = [mark.format(n=number) for number in range(1, len(parts))]
        return "".join(piece for pair in zip(parts, [*marks, ""], strict=True) for piece in pair)

    def bound(self, params: Mapping[str, JSON] | Sequence[JSON] | None) -> Statement:
        """With parameters of its own put in: a list fills each `?`, an object each `:name`, outside of quotes."""
        if not params:
            return self
        binder = _Named(params) if isinstance(params, Mapping) else _Positional(params)
        parts: list[str] = [""]
        values: list[JSON] = []
        for number, part in enumerate(self.parts):
            for token in tokens(part):
                if binder.takes(token.kind):
                    values.append(binder.value(token.text))
                    parts.append("")
                else:
                    parts[-1] += token.text
            if number < len(self.values):
                values.append(self.values[number])
                parts.append("")
        binder.finish()
        return Statement(tuple(parts), tuple(values))

    def as_json(self) -> dict[str, JSON]:
        """For the step's settings and for people: `$1`, `$2` … stand for the parameters; `at` says where they are."""
        at, length = [], 0
        for number, part in enumerate(self.parts[:-1], start=1):
            at.append(length + len(part))
            length = at[-1] + len(f"${number}")
        return {"statement": self.text("dollar"), "parameters": list(self.values), "at": at}

    @classmethod
    def from_json(cls, value: Mapping[str, JSON]) -> Statement:
        """The statement that `as_json` gave away."""
        text, parts, start = str(value["statement"]), [], 0
        for place in value["at"]:
            parts.append(text[start:place])
            start = place + len(_TEXT_OF_JSON.match(text, place).group())  # type: ignore[union-attr]  # `as_json` wrote it
        return cls((*parts, text[start:]), tuple(value["parameters"]))


class _Positional:
    def __init__(self, params: Sequence[JSON]) -> None:
        self.params = params
        self.left: Iterator[JSON] = iter(params)
        self.taken = 0

    def takes(self, kind: str) -> bool:
        return kind == "question"

    def value(self, _text: str) -> JSON:
        self.taken += 1
        if self.taken <= len(self.params):
            return next(self.left)
        return None  # `finish` counts them all before it complains

    def finish(self) -> None:
        if self.taken != len(self.params):
            message = f"The statement has {self.taken} “?” and there are {len(self.params)} parameters."
            raise value_error(message, hint="Write one “?” for each parameter.")


class _Named:
    def __init__(self, params: Mapping[str, JSON]) -> None:
        self.params = params
        self.used: set[str] = set()

    def takes(self, kind: str) -> bool:
        return kind == "named"

    def value(self, text: str) -> JSON:
        name = text[1:]
        if name not in self.params:
            hint = did_you_mean(name, self.params) or f"There are: {', '.join(self.params)}."
            raise value_error(f"There is no parameter “{name[:60]}”.", hint=hint)
        self.used.add(name)
        return self.params[name]

    def finish(self) -> None:
        unused = [name for name in self.params if name not in self.used]
        if unused:
            message = f"The statement does not use the parameter “{unused[0][:60]}”."
            raise value_error(message, hint=f"Write it as :{unused[0][:60]}, or remove it.")
