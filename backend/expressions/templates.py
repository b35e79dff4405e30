"""Templates: text with `{{ expression }}` inside. Filled in once; what was filled in is never read again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from backend.common.json import JSON
from backend.expressions.budget import Budget
from backend.expressions.contexts import TYPED, check_url, writer
from backend.expressions.errors import Code, ExpressionError, too_large
from backend.expressions.expression import CACHED, GAPS, Expression, compile_expression, failed
from backend.expressions.frame import Environment, Frame, Value
from backend.expressions.scan import MAX_LENGTH
from backend.expressions.values import export

OPEN, CLOSE, ESCAPED = "{{", "}}", "{{{{"
MAX_TEMPLATE = 1_000_000  # characters
MAX_RENDERED = 8_000_000  # characters
CACHED_LENGTH = 16_384  # characters; longer texts are compiled anew, not kept

_STOP: Final = re.compile(r"""\}\}|[{}()\[\]]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Hole:
    """One `{{ expression }}`, and where the expression starts in the template."""

    expression: Expression
    start: int

    def run(self, frame: Frame) -> Value:
        """The value, in a frame that is paid for; places of errors are those of the whole template."""
        try:
            return self.expression.run(frame)
        except ExpressionError as error:
            raise error.moved(self.start) from error.__cause__

    def value(self, scope: Mapping[str, JSON], *, environment: Environment) -> Value:
        """The value inside the language; places of errors are those of the whole template."""
        try:
            return self.expression.value(scope, environment=environment)
        except ExpressionError as error:
            raise error.moved(self.start) from error.__cause__


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template: literal parts and holes in order."""

    text: str
    context: str
    parts: tuple[str | Hole, ...]
    paths: tuple[tuple[str, ...], ...] = field(repr=False)
    names: frozenset[str] = field(repr=False)
    _cost: int = field(repr=False)
    _slots: int = field(repr=False)

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The expressions in it."""
        return tuple(part for part in self.parts if isinstance(part, Hole))

    @property
    def is_plain(self) -> bool:
        """Whether it holds no expression."""
        return not self.holes

    @property
    def is_single(self) -> bool:
        """Whether it is one expression and nothing else."""
        return len(self.parts) == 1 and isinstance(self.parts[0], Hole)

    @property
    def host_is_dynamic(self) -> bool:
        """Of a URL: whether data decides where it leads. Secrets then need an allowed host of their own."""
        before = ""
        for part in self.parts:
            if isinstance(part, Hole):
                return re.fullmatch(r"(?:[A-Za-z][A-Za-z0-9+.-]*:(?://[^/?#]*)?)?", before) is not None
            before += part
        return False

    def render(self, scope: Mapping[str, JSON], *, environment: Environment) -> JSON:
        """The template filled in. Raises ExpressionError with a place in the template's text."""
        try:
            if self.is_single and self.context in TYPED:
                (hole,) = self.holes
                return export(hole.value(scope, environment=environment), budget=environment.budget)
            return self._join(scope, environment=environment)
        except GAPS as error:
            raise failed(error) from error

    def _join(self, scope: Mapping[str, JSON], *, environment: Environment) -> str:
        write, budget = writer(self.context), environment.budget
        frame = Frame(scope, environment, self._slots)
        budget.start(self._cost)
        made = ""
        for part in self.parts:
            if isinstance(part, str):
                made += part
                continue
            try:
                written = write(part.run(frame), made, budget)
                if len(written) > 64 or len(made) > CACHED_LENGTH:
                    _pay(len(made), len(written), budget=budget)
            except ExpressionError as error:
                raise error.at(part.start) from error.__cause__
            made += written
        if self.context == "url":
            check_url(made, literal="".join(p if isinstance(p, str) else "x" for p in self.parts))
        return made


def _pay(made: int, written: int, *, budget: Budget) -> None:
    if made + written > MAX_RENDERED:
        raise too_large(f"The text would be longer than {MAX_RENDERED:,} characters.")
    budget.allocate(written >> 3)
    budget.read(written)


def compile_template(text: str, *, context: str = "text") -> Template:
    """The compiled template; raises ExpressionError with the place of the mistake."""
    writer(context)
    if type(text) is not str:
        raise ExpressionError(Code.SYNTAX, "A template is text.", hint="Put quotes around it.")
    if len(text) > MAX_TEMPLATE:
        raise too_large(f"The template is longer than {MAX_TEMPLATE:,} characters.")
    return _cached(text, context) if len(text) <= CACHED_LENGTH else _compiled(text, context)


def _compiled(text: str, context: str) -> Template:
    parts = tuple(_parts(text))
    expressions = [part.expression for part in parts if isinstance(part, Hole)]
    paths = tuple(dict.fromkeys(path for expression in expressions for path in expression.paths))
    cost = sum(expression.cost + 1 for expression in expressions)
    slots = max((expression.slots for expression in expressions), default=0)
    return Template(text, context, parts, paths, frozenset(path[0] for path in paths), cost, slots)


_cached = lru_cache(maxsize=CACHED)(_compiled)


def _parts(text: str) -> Iterator[str | Hole]:
    literal, position = "", 0
    while (opened := text.find(OPEN, position)) >= 0:
        literal += text[position:opened]
        if text.startswith(ESCAPED, opened):
            literal += OPEN
            position = opened + len(ESCAPED)
            continue
        if literal:
            yield literal
            literal = ""
        start = opened + len(OPEN)
        end = _end(text, start)
        yield _hole(text[start:end], start)
        position = end + len(CLOSE)
    if rest := literal + text[position:]:
        yield rest


def _hole(source: str, start: int) -> Hole:
    try:
        return Hole(compile_expression(source), start)
    except ExpressionError as error:
        raise error.moved(start) from None


def _end(text: str, start: int) -> int:
    """Where the expression that starts here ends: at the first `}}` outside its texts and its own brackets."""
    depth = 0
    position = start
    while match := _STOP.search(text, position, start + MAX_LENGTH + len(CLOSE)):
        sign = match.group()
        if sign == CLOSE and depth <= 0:
            return match.start()
        position = match.end()
        if sign == CLOSE:  # both close brackets of the expression, or the first one does
            position = match.start() + 1
            depth -= 1
        elif sign in "{([":
            depth += 1
        elif sign in "})]":
            depth -= 1
    hint = "End it with }}, or write {{{{ for two braces that mean themselves."
    message = "A template “{{” is never closed."
    if len(text) > start + MAX_LENGTH:
        message = f"A template “{{{{” is not closed within {MAX_LENGTH:,} characters."
    raise ExpressionError(Code.SYNTAX, message, position=start - len(OPEN), hint=hint)


def value_texts(value: JSON, *, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string in a JSON value that holds a template, with its path, such as `rows[0].name`."""
    pending: list[tuple[str, JSON]] = [(path, value)]
    while pending:
        place, found = pending.pop()
        if isinstance(found, str) and OPEN in found:
            yield place, found
        elif isinstance(found, list):
            pending.extend((f"{place}[{i}]", item) for i, item in reversed(list(enumerate(found))))
        elif isinstance(found, dict):
            pending.extend((f"{place}.{k}" if place else k, item) for k, item in reversed(list(found.items())))


def value_templates(value: JSON, *, context: str = "json") -> Iterator[tuple[str, Template]]:
    """Every template in a JSON value with its path; raises ExpressionError at the first that is wrong.

    To collect all mistakes, go through `value_texts` and compile each.
    """
    for path, text in value_texts(value):
        template = compile_template(text, context=context)
        if not template.is_plain:
            yield path, template
