"""Regular expressions by RE2, which takes time in proportion to the text whatever the pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from backend.expressions.errors import too_large, type_error, value_error
from backend.expressions.frame import Frame, Value
from backend.expressions.table import function, method
from backend.expressions.values import MAX_TEXT, Match, check_items, check_text, kind

if TYPE_CHECKING:
    from re2 import _Regexp as Pattern

MAX_PATTERN = 500
MAX_SEARCHED = 100_000
MAX_MEMORY = 1 << 20  # bytes for a compiled pattern

_REFERENCE: Final = re.compile(r"\\(?:(\d{1,2})|g<(\w{1,30})>|(.))", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}


@lru_cache(maxsize=200)
def compiled(pattern: str) -> Pattern:
    """The compiled pattern; raises a value error that says what is wrong with it."""
    import re2

    if len(pattern) > MAX_PATTERN:
        raise too_large(f"A pattern has at most {MAX_PATTERN} characters.")
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except (re2.error, UnicodeError):
        hint = "Patterns are RE2: no look-around and no back-references."
        raise value_error("The pattern is not a valid regular expression.", hint=hint) from None


def _found(f: Frame, pattern: Value, text: Value) -> Iterator[Any]:
    """Every match, one after the other, each paid by the length of the text: a match may look at all of it."""
    for match in _pattern(f, pattern, text).finditer(text):
        f.budget.read(len(text))
        f.budget.look()
        yield match


def _pattern(f: Frame, pattern: Value, text: Value) -> Pattern:
    if type(pattern) is not str or type(text) is not str:
        wrong = kind(pattern) if type(pattern) is not str else kind(text)
        raise type_error(f"Regular expressions work on text, not {wrong}.")
    if len(text) > MAX_SEARCHED:
        raise too_large(f"Regular expressions work on at most {MAX_SEARCHED:,} characters.")
    f.budget.read(4 * len(text))
    return compiled(pattern)


def _match(match: Any) -> Value:
    if match is None:
        return None
    return Match((match.group(), *match.groups()), dict(match.re.groupindex), match.start(), match.end())


@function("re.search(pattern, text)", "The first match anywhere, or null.")
def _search(f: Frame, pattern: Value, text: Value, /) -> Value:
    return _match(_pattern(f, pattern, text).search(text))


@function("re.match(pattern, text)", "The match at the start, or null.")
def _match_start(f: Frame, pattern: Value, text: Value, /) -> Value:
    return _match(_pattern(f, pattern, text).match(text))


@function("re.fullmatch(pattern, text)", "The match of the whole text, or null.")
def _fullmatch(f: Frame, pattern: Value, text: Value, /) -> Value:
    return _match(_pattern(f, pattern, text).fullmatch(text))


@function("re.findall(pattern, text)", "All matches: their texts, or their group, or lists of their groups.")
def _findall(f: Frame, pattern: Value, text: Value, /) -> Value:
    found = []
    for match in _found(f, pattern, text):
        groups = [group or "" for group in match.groups()]
        found.append(match.group() if not groups else groups[0] if len(groups) == 1 else groups)
        check_items(1 + len(groups), budget=f.budget)
    f.budget.allocate(len(text) >> 3)
    return found


@function("re.sub(pattern, replacement, text, count=0)", r"The text with matches replaced; \1 is the first group.")
def _sub(f: Frame, pattern: Value, replacement: Value, text: Value, /, count: Value = 0) -> Value:
    if type(replacement) is not str or type(count) is not int or count < 0:
        raise type_error("re.sub() takes a replacement text and a count that is not negative.")
    parts: list[str] = []
    end = length = 0
    for done, match in enumerate(_found(f, pattern, text), start=1):
        parts += [text[end : match.start()], _expanded(f, replacement, _match(match))]
        length += len(parts[-2]) + len(parts[-1])
        if length > MAX_TEXT:
            break
        end = match.end()
        if done == count:
            break
    check_text(length + len(text) - end, budget=f.budget)
    return "".join([*parts, text[end:]])


@function("re.split(pattern, text)", "The parts between matches.")
def _split(f: Frame, pattern: Value, text: Value, /) -> Value:
    parts: list[str | None] = []
    end = 0
    for match in _found(f, pattern, text):
        parts.append(text[end : match.start()])
        parts.extend(match.groups())
        check_items(2, budget=f.budget)
        end = match.end()
    f.budget.allocate(len(text) >> 3)
    return [*parts, text[end:]]


def _expanded(f: Frame, replacement: str, match: Match) -> str:
    references = replacement.count("\\")
    longest = max(len(group or "") for group in match.groups)
    check_text(len(replacement) + references * longest, budget=f.budget)
    if not references:
        return replacement
    return _REFERENCE.sub(lambda reference: _referred(reference, match), replacement)


def _referred(reference: re.Match[str], match: Match) -> str:
    number, name, other = reference.groups()
    if other is not None:
        return _ESCAPES.get(other, "\\" + other)
    return _group(match, int(number) if number else int(name) if name.isdecimal() else name) or ""


def _group(match: Match, wanted: Value) -> str | None:
    position = match.names.get(wanted, -1) if type(wanted) is str else wanted
    if type(position) is not int or not 0 <= position < len(match.groups):
        raise value_error("The pattern has no such group.")
    return match.groups[position]


@method(Match, "group(number or name)", "The text of a group; without a number, of the whole match.")
def _match_group(_f: Frame, match: Value, wanted: Value = 0, /) -> Value:
    return _group(match, wanted)


@method(Match, "groups()", "The texts of all groups.")
def _match_groups(_f: Frame, match: Value, /) -> Value:
    return list(match.groups[1:])


@method(Match, "groupdict()", "The texts of the named groups.")
def _match_groupdict(_f: Frame, match: Value, /) -> Value:
    return {name: match.groups[position] for name, position in match.names.items()}


@method(Match, "start()", "Where the match starts.")
def _match_start_position(_f: Frame, match: Value, /) -> Value:
    return match.start


@method(Match, "end()", "Where the match ends.")
def _match_end_position(_f: Frame, match: Value, /) -> Value:
    return match.end
