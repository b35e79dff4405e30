"""Source code in steps: what can be told without running it."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from itertools import accumulate

from backend import expressions
from backend.common.json import JSON
from backend.workflows.format.names import ALWAYS
from backend.workflows.format.schema import config_schema
from backend.workflows.validation.report import Findings
from backend.workflows.validation.subject import Place, Subject
from backend.workflows.validation.syntax import ADVICE_ONLY, MAX_LENGTH, PARSERS, Fault

_BEGIN, _END = (getattr(tokenize, f"FSTRING_{name}", -1) for name in ("START", "END"))  # from Python 3.12 on
_TEMPLATE = re.compile(r"\{\{\s*([A-Za-z_][^{}]{0,200}?)\s*\}\}")


def check(subject: Subject, findings: Findings) -> None:
    """Notes code that cannot be parsed, with its line, and templates in it, which are not filled in there."""
    known = {*ALWAYS, *subject.input_names, *(node.output for node in subject.graph.nodes.values())}
    for place in subject.places:
        for found in place.marked:
            if found.kind == "code" and isinstance(found.value, str):
                path = place.path(f"config.{found.path}")
                if not _check_templates(found.value, path, place, known, findings):
                    _check_syntax(found.value, path, place, findings)


def _check_syntax(code: str, path: str, place: Place, findings: Findings) -> None:
    language = _language(place)
    fault = _fault(code, language)
    if fault is None:
        return
    # An image of somebody's own may hold a newer version of the language than is known here.
    note = findings.warn if language in ADVICE_ONLY or place.step.config.get("image") else findings.error
    note("code_syntax", fault.message, path=path, step=place.step.id, hint=fault.hint)


def _fault(code: str, language: JSON) -> Fault | None:
    if len(code) > MAX_LENGTH:
        return Fault(1, f"The code is longer than {MAX_LENGTH:,} characters.", "Move data out of it.")
    parse = PARSERS.get(language) if isinstance(language, str) else None
    return parse(code) if parse else None


def _language(place: Place) -> JSON:
    """The config's language, else its default; types without the field hold Python."""
    fields = config_schema(place.kind)["properties"] if place.kind else {}
    if "language" not in fields:
        return "python"
    return place.step.config.get("language", fields["language"].get("default"))


def _check_templates(code: str, path: str, place: Place, known: set[str], findings: Findings) -> bool:
    """Refuses `{{ variable }}` in code, which would be data turned into code; answers whether there is one."""
    if _TEMPLATE.search(code) is None:
        return False
    for match in _TEMPLATE.finditer(_without_f_strings(code) if _language(place) == "python" else code):
        if _names(match[1]) & known:
            line = code.count("\n", 0, match.start()) + 1
            findings.error(
                "template_in_code",
                f"Line {line} holds a template: {match[0][:60]}. Templates are not filled in inside code.",
                path=path,
                step=place.step.id,
                hint=f"Variables are there by name: write {match[1][:60]} without the braces.",
            )
            return True
    return False


def _names(text: str) -> frozenset[str]:
    try:
        return expressions.compile_expression(text).names
    except expressions.ExpressionError:
        return frozenset()


def _without_f_strings(code: str) -> str:
    """The code with its f-strings blanked, since two braces in them are how Python writes one."""
    pieces: list[str] = []
    end = 0
    for start, stop in _f_strings(code):
        pieces += [code[end:start], " " * (stop - start)]
        end = stop
    return "".join([*pieces, code[end:]])


def _f_strings(code: str) -> Iterator[tuple[int, int]]:
    """Where they are, as far as the code can be read; the parser tells what comes behind a fault."""
    starts = [0, *accumulate(len(line) for line in code.splitlines(keepends=True))]
    opened: list[int] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            start, stop = (starts[row - 1] + column for row, column in (token.start, token.end))
            if token.type == _BEGIN:
                opened.append(start)
            elif token.type == _END and len(opened) == 1:
                yield opened.pop(), stop
            elif token.type == _END:
                opened.pop()
            elif token.type == tokenize.STRING and "f" in token.string.partition(token.string[-1])[0].lower():
                yield start, stop
    except (tokenize.TokenError, SyntaxError, IndexError):
        return
