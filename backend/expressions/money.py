"""The functions and methods for decimals and money."""

from __future__ import annotations

from decimal import Decimal

from backend.expressions.errors import type_error, value_error
from backend.expressions.exact import CONTEXT, DIGITS, Money, money, read, rounded
from backend.expressions.frame import Frame, Value
from backend.expressions.table import function, method
from backend.expressions.values import check_items, kind, null_hint

MAX_SHARES = 10_000


@function("decimal(value)", "An exact number, for money and the like, from a number or text; leaves as text.")
def _decimal(_f: Frame, value: Value, /) -> Value:
    found = read(value.amount if type(value) is Money else value)
    if found is None and type(value) is str:
        raise value_error("The text is not a decimal number.", hint='Write it as in decimal("12.30").')
    if found is None:
        raise type_error(f"decimal() cannot read {kind(value)}.", hint=null_hint(value))
    return found


@function(
    'money(amount, "EUR")',
    'An amount in a currency; leaves as {"amount": "12.30", "currency": "EUR"}, which it also reads.',
)
def _money(f: Frame, amount: Value, currency: Value = None, /) -> Value:
    if type(amount) is dict and currency is None:
        amount, currency = amount.get("amount"), amount.get("currency")
    if type(amount) is Money and currency is None:
        return amount
    return money(_decimal(f, amount), currency)


@function(
    "round_half_up(number, digits=2)", "Rounded as in trade: a half goes up, away from zero; the result is a decimal."
)
def _round_half_up(f: Frame, value: Value, /, digits: Value = 2) -> Value:
    if type(digits) is not int or abs(digits) > DIGITS:
        raise type_error(f"The digits are a whole number up to {DIGITS}.")
    if type(value) is Money:
        return Money(rounded(value.amount, digits, half_up=True), value.currency)
    return rounded(_decimal(f, value), digits, half_up=True)


@method(Money, "rounded()", "To the digits of its currency; a half goes up.")
def _rounded(_f: Frame, value: Value, /) -> Value:
    return Money(rounded(value.amount, value.places, half_up=True), value.currency)


@method(Money, "split(parts)", "Equal shares that add up to it again: the first ones get the cents left over.")
def _split(f: Frame, value: Value, parts: Value, /) -> Value:
    if type(parts) is not int or not 1 <= parts <= MAX_SHARES:
        raise type_error(f"split() takes a whole number from 1 to {MAX_SHARES:,}.")
    check_items(4 * parts, budget=f.budget)
    cent = Decimal(1).scaleb(-value.places)
    total = rounded(value.amount, value.places, half_up=True)
    each, left = divmod(int(total.scaleb(value.places, context=CONTEXT)), parts)
    return [Money(CONTEXT.multiply(Decimal(each + (number < left)), cent), value.currency) for number in range(parts)]
