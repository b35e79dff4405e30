"""What somebody reads who got an expression wrong: the kind of mistake, the place and the way out."""

from __future__ import annotations

import pytest

from backend.expressions import ExpressionError, compile_expression
from tests.unit.expressions.helpers import failure

SCOPE = {"user": {"name": "Ann"}, "rows": [{"a": 1}], "n": 1, "nothing": None, "text": "abc", "ş": 1}


@pytest.mark.parametrize(
    ("text", "code", "position", "hint"),
    [
        ("", "syntax", 0, ""),
        ("   ", "syntax", 0, ""),
        ("1 +", "syntax", 3, "missing"),
        ("n n", "syntax", 2, "missing"),
        ("(1", "syntax", 0, "Close"),
        ("'abc", "syntax", 0, "quote"),
        ("n && n", "syntax", 2, "and"),
        ("n || n", "syntax", 2, "or"),
        ("n === 1", "syntax", 2, "=="),
        ("!n", "syntax", 0, "not"),
        ("n ? 1 : 2", "syntax", 2, "else"),
        ("n = 1", "syntax", 2, "=="),
        ("n IN rows", "syntax", 2, "lower case"),
        ("n # note", "syntax", 2, "comments"),
        ("“n”", "syntax", 0, "straight"),
        ("import os", "syntax", 0, "script"),
        ("1if n else 2", "syntax", 0, ""),
        ("usr.name", "unknown_name", 0, "user"),
        ("'ş' + usr", "unknown_name", 6, "user"),
        (r"'\d' + usr", "unknown_name", 7, "user"),
        ("  usr", "unknown_name", 2, "user"),
        ("rows + len", "unknown_name", 7, "function"),
        ("lenn(rows)", "unknown_function", 0, "len"),
        ("text.uper()", "unknown_function", 5, "upper"),
        ("rows.append(1)", "unknown_function", 5, "rows + [row]"),
        ("'{}'.format(n)", "unknown_function", 5, "f-string"),
        ("sorted(rows, key=lambda r: r.a)", "not_allowed", 17, "by="),
        ("sorted(rows, key=str)", "type", 0, "by="),
        ("lambda: 1", "not_allowed", 0, "comprehension"),
        ("(n := 1)", "not_allowed", 1, "script"),
        ("{**user}", "not_allowed", 0, "merge"),
        ("[*rows]", "not_allowed", 1, "a + b"),
        ("user | user", "not_allowed", 0, "merge"),
        ("n is 1", "not_allowed", 0, "=="),
        ("(x for x in rows)", "not_allowed", 0, "[ ]"),
        ("f'{n!r}'", "not_allowed", None, "%"),
        ("rows.a", "type", 5, "rows[0].a"),
        ("text.foo", "type", 5, ""),
        ("text.upper", "type", 5, "Call it"),
        ("nothing.upper()", "type", 8, "default"),
        ("n.upper()", "type", 2, "text"),
        ("text + n", "type", 0, "str("),
        ("n + nothing", "type", 0, "default"),
        ("'%s' % n", "type", 0, "f-string"),
        ("n < nothing", "type", 0, "default"),
        ("n < text", "type", 0, ""),
        ("len(n)", "type", 0, ""),
        ("len()", "type", 0, "len(value)"),
        ("round(1, digits=2)", "type", 0, ""),
        ("sum(['a'])", "type", 0, "join"),
        ("', '.join([1])", "type", 5, "str(x)"),
        ("[x for x in nothing]", "type", 12, "default"),
        ("[a for a, b in rows]", "type", 7, ""),
        ("{1: 2}", "type", 0, "str("),
        ("rows['a']", "type", 0, "0"),
        ("1 / 0", "arithmetic", 0, ""),
        ("2 ** -1", "arithmetic", 0, "1 /"),
        ("max([])", "value", 0, "default"),
        ("int('x')", "value", 0, "float"),
        ("json.loads('{')", "value", 0, ""),
        ("json.loads('NaN')", "value", 0, ""),
        ("now('Mars')", "value", 0, "Europe"),
        ("now() > 'soon'", "value", 0, "2026"),
        ("re.search('(', text)", "value", 0, "RE2"),
        ("re.search(text, text)", "not_allowed", 10, "Write it out"),
        ("{'__proto__': 1}", "value", 0, ""),
        ("json.loads('{\"constructor\": 1}')", "value", 0, ""),
        ("''.split('')", "value", 3, "list(text)"),
    ],
)
def test_mistake(text, code, position, hint):
    error = failure(text, SCOPE)

    assert error.code == code
    assert hint in error.hint or hint in error.message
    if position is not None:
        assert error.position == position


def test_a_message_repeats_little_of_the_text_and_no_values():
    error = failure("x" * 3000)
    secret = failure("int(password)", password="hunter2")

    assert len(error.message) < 200
    assert "hunter2" not in secret.message + secret.hint


def test_only_text_is_compiled():
    with pytest.raises(ExpressionError) as caught:
        compile_expression(5)

    assert caught.value.code == "syntax"


def test_a_slice_is_no_index_among_several():
    error = failure("rows[1:2, 0]", SCOPE)

    assert error.code == "not_allowed"
    assert "rows[0][1]" in error.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("{{ n }}", "write total instead"),
        ("if n > 5: 'a'", "a if condition else b"),
        ("if(n > 5, 1, 2)", "a if condition else b"),
        ("IF(n, 1, 2)", "a if condition else b"),
        ("n > 10 ? 1 : 2", "a if condition else b"),
        ("n ?? 'x'", "default(a, b)"),
        ("user?.name", "below null"),
        ("n = 10", "=="),
        ("n >= 3 AND NOT (text = 'a')", "=="),
        ("n <> 3", "!="),
        ("n => 3", ">="),
        ("n++", "never changed"),
        ("user->name", "user.name"),
        ("$n", "without “$”"),
        ("01 + 2", "begin with 0"),
        ("new Date()", "now()"),
        ("x for x in rows", "[ ]"),
        ("rows.length", "len("),
        ("rows.length()", "len(rows)"),
        ("n.toFixed(2)", ":.2f"),
        ("n.toString()", "str(value)"),
        ("JSON.parse(text)", "json.loads"),
        ("Math.round(2.5)", "round(…)"),
        ("text.toUpperCase()", "upper()"),
        ("rows.map(r => r.price)", "comprehension"),
        ("rows.filter(1)", "comprehension"),
        ("rows.push(1)", "rows + [row]"),
        ("sum([{'price': 1}])", "row.price"),
        ("n > '18'", "float("),
        ("'it's'", "other kind"),
        ("“abc”", "straight quotes"),
        ("`hi`", "between '"),
        ("n; text", "script step"),
        ("lambda x: x", "comprehension"),
        ("import json", "script step"),
    ],
)
def test_habits_from_other_languages_are_answered_with_what_to_write(text, hint):
    assert hint in failure(text, SCOPE).hint
