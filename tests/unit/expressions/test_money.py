"""Decimals and money: no cent is lost, on the way in, between and out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.expressions.helpers import evaluate, failure

SCOPE = {
    "price": 19.99,
    "text": "19.99",
    "rows": [{"total": 0.1}, {"total": 0.2}],
    "stored": {"amount": "12.30", "currency": "EUR"},
    "nothing": None,
}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("decimal('0.1') + decimal('0.2')", "0.3"),
        ("decimal('0.1') + 0.2", "0.3"),
        ("0.1 + decimal('0.2') + 1", "1.3"),
        ("decimal(0.1) * 3", "0.3"),
        ("decimal(price) * 3", "59.97"),
        ("decimal('1') / 3", "0.3333333333333333333333333333333333333333"),
        ("decimal('7') // 2", "3"),
        ("decimal('-7') // 2", "-4"),
        ("decimal('-7') % 2", "1"),
        ("decimal('7.5') % 2", "1.5"),
        ("decimal('1.1') ** 2", "1.21"),
        ("-decimal('1.10')", "-1.10"),
        ("abs(decimal('-1.10'))", "1.10"),
        ("decimal('1e3')", "1000"),
        ("decimal(true)", "1"),
        ("-decimal('1234567890123456789012345678901234567.1')", "-1234567890123456789012345678901234567.1"),
        ("abs(decimal('-1234567890123456789012345678901234567.1'))", "1234567890123456789012345678901234567.1"),
        ("sum(decimal(r.total) for r in rows)", "0.3"),
        ("max([decimal('1.10'), decimal('1.2')])", "1.2"),
        ("sorted([decimal('1.10'), decimal('-3'), 1])", ["-3", 1, "1.10"]),
        ("round(decimal('2.675'), 2)", "2.68"),
        ("round(decimal('2.665'), 2)", "2.66"),
        ("round_half_up(decimal('2.665'), 2)", "2.67"),
        ("round_half_up(2.5, 0)", "3"),
        ("round(decimal('2.5'))", 2),
        ("round(decimal('1234'), -2)", "1200"),
        ("int(decimal('2.9'))", 2),
        ("float(decimal('2.5'))", 2.5),
        ("floor(decimal('2.9'))", 2),
        ("str(decimal('1.10'))", "1.10"),
        ("f'{decimal(price):,.1f} {decimal(text)}'", "20.0 19.99"),
        ("decimal('1.10') == 1.1", True),
        ("decimal('1.10') == '1.1'", True),
        ("decimal('1.10') == 'x'", False),
        ("decimal('1.10') == null", False),
        ("decimal('1') < 2 < decimal('3')", True),
        ("decimal('9') < '10'", True),
        ("decimal('5') in [5]", True),
        ("decimal('0') or 'none'", "none"),
        ("[decimal('1.0')]", ["1.0"]),
        ("json.dumps({'a': decimal('1.0')})", '{"a": "1.0"}'),
        ("money('12.30', 'EUR')", {"amount": "12.30", "currency": "EUR"}),
        ("money(stored)", {"amount": "12.30", "currency": "EUR"}),
        ("money(stored) + money('0.70', 'EUR')", {"amount": "13.00", "currency": "EUR"}),
        ("money(stored) - money('0.30', 'EUR') == money(12, 'EUR')", True),
        ("money(stored) * 2", {"amount": "24.60", "currency": "EUR"}),
        ("0.19 * money('100', 'EUR')", {"amount": "19.00", "currency": "EUR"}),
        ("money(stored) / 3", {"amount": "4.10", "currency": "EUR"}),
        ("money(stored) / money('4.10', 'EUR')", "3"),
        ("(money('10', 'EUR') / 3).rounded()", {"amount": "3.33", "currency": "EUR"}),
        ("round(money('1000.5', 'JPY'))", {"amount": "1000", "currency": "JPY"}),
        ("[m.amount for m in money('10', 'EUR').split(3)]", ["3.34", "3.33", "3.33"]),
        ("[m.amount for m in money('-10', 'EUR').split(3)]", ["-3.33", "-3.33", "-3.34"]),
        ("sum(m for m in money('10', 'EUR').split(7)) == money('10', 'EUR')", True),
        ("sum([money('1', 'EUR'), money('2', 'EUR')]).amount", "3"),
        ("money('1', 'EUR') < money('2', 'EUR')", True),
        ("money('1', 'EUR') == money('1', 'USD')", False),
        ("money('1', 'EUR') == 1", False),
        ("money('1.50', 'EUR').currency", "EUR"),
        ("f'{money(1234.5, \"EUR\"):,.2f}'", "1,234.50 EUR"),
        ("str(money(stored))", "12.30 EUR"),
        ("money(0, 'EUR') or 'free'", "free"),
        ("-money(1, 'EUR')", {"amount": "-1", "currency": "EUR"}),
        ("abs(-money(1, 'EUR')).amount", "1"),
    ],
)
def test_exact(text, result):
    assert evaluate(text, SCOPE) == result


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("decimal('x')", "value", "not a decimal"),
        ("decimal(nothing)", "type", "null"),
        ("decimal([])", "type", "a list"),
        ("decimal('1') / 0", "arithmetic", "zero"),
        ("decimal('1') % 0", "arithmetic", "zero"),
        ("decimal('0') / 0", "arithmetic", ""),
        ("decimal('1e50') * decimal('1e50')", "limit_size", "large"),
        ("decimal('10') ** 1000", "limit_size", "large"),
        ("decimal('10') ** 0.5", "arithmetic", "exponent"),
        ("decimal('1e999999999')", "value", "not a decimal"),
        ("decimal('9' * 1000)", "value", "not a decimal"),
        ("decimal('1') + 'x'", "type", "“+”"),
        ("decimal('1') + nothing", "type", "null"),
        ("decimal('1') + [1]", "type", "a decimal and a list"),
        ("decimal('1') < nothing", "type", "order"),
        ("money('1', 'EUR') + money('1', 'USD')", "type", "EUR and USD"),
        ("money('1', 'EUR') < money('1', 'USD')", "type", "EUR and USD"),
        ("money('1', 'EUR') + 1", "type", "“+”"),
        ("money('1', 'EUR') * money('1', 'EUR')", "type", "“*”"),
        ("1 / money('1', 'EUR')", "type", "“/”"),
        ("money('1', 'euro')", "value", "three capital letters"),
        ("money('1')", "value", "three capital letters"),
        ("money('1', 'EUR').split(0)", "type", "whole number"),
        ("money('1', 'EUR').cents", "type", "no field"),
        ("{decimal('1')}", "type", "a decimal"),
        ("round(decimal('1'), 100)", "type", "round"),
    ],
)
def test_what_does_not_go_together_is_named(text, code, part):
    error = failure(text, SCOPE)

    assert error.code == code
    assert part in error.message


AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(AMOUNTS, min_size=1, max_size=8), st.integers(1, 50))
def test_sums_and_shares_are_exact(amounts, parts):
    scope = {"texts": [str(amount) for amount in amounts], "n": parts}

    total = evaluate("sum(decimal(t) for t in texts)", scope)
    shares = evaluate("money(sum(decimal(t) for t in texts), 'EUR').split(n)", scope)

    assert Decimal(total) == sum(amounts)
    assert sum(Decimal(share["amount"]) for share in shares) == sum(amounts)
    assert max(shares, key=lambda s: Decimal(s["amount"])) == shares[0]
