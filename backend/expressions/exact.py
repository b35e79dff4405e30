"""Decimals and money: arithmetic in which no cent is lost.

A decimal leaves an expression as text (`"12.30"`), money as `{"amount": "12.30", "currency": "EUR"}`. A number or a
number's text beside a decimal is read by the digits that it shows: `decimal("0.1") + 0.2` is exactly 0.3.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import (
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Final, TypeAlias

from backend.expressions.errors import Code, ExpressionError, too_large, type_error, value_error

DIGITS: Final = 40
LARGEST_EXPONENT: Final = 60

CONTEXT: Final = Context(
    prec=DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=-LARGEST_EXPONENT,
    Emax=LARGEST_EXPONENT,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
_NUMBER: Final = re.compile(r"\s*[-+]?(?:[0-9]{1,60}(?:\.[0-9]{0,60})?|\.[0-9]{1,60})(?:[eE][-+]?[0-9]{1,2})?\s*")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_WITHOUT_CENTS: Final = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_WITH_MILS: Final = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency."""

    amount: Decimal
    currency: str

    def __bool__(self) -> bool:
        return bool(self.amount)

    @property
    def places(self) -> int:
        """How many digits the currency has behind the point."""
        return 0 if self.currency in _WITHOUT_CENTS else 3 if self.currency in _WITH_MILS else 2


FIELDS: Final[dict[type, tuple[str, ...]]] = {Money: ("amount", "currency")}
EXACT: Final = frozenset({Decimal, Money})

Exact: TypeAlias = "Decimal | Money"


def read(value: object) -> Decimal | None:
    """A whole number, a number or the text of one as a decimal; nothing for anything else."""
    if type(value) is Decimal:
        return value
    if type(value) is bool or type(value) is int:
        return worked(lambda: CONTEXT.create_decimal(int(value)))
    if type(value) is float:
        return worked(lambda: CONTEXT.create_decimal(repr(value)))
    if type(value) is str and _NUMBER.fullmatch(value):
        return worked(lambda: CONTEXT.create_decimal(value.strip()))
    return None


def money(amount: Decimal, currency: object) -> Money:
    """Money, if that is how a currency is written."""
    if type(currency) is not str or not _CURRENCY.fullmatch(currency):
        raise value_error("A currency is three capital letters.", hint='As in money("12.30", "EUR").')
    return Money(amount, currency)


def worked(work: Callable[[], Decimal]) -> Decimal:
    """The result of decimal arithmetic; its own errors become ours."""
    try:
        return work()
    except DivisionByZero:
        raise ExpressionError(Code.ARITHMETIC, "Division by zero.") from None
    except Overflow:
        raise too_large(f"The decimal is too large: at most {LARGEST_EXPONENT} digits.") from None
    except DecimalException:  # 0 / 0, and what does not fit the digits
        raise ExpressionError(Code.ARITHMETIC, "The decimals cannot be calculated.") from None


def operate(sign: str, left: object, right: object) -> Exact | None:
    """A decimal or money with something; nothing when the two do not go together."""
    if type(left) is Money or type(right) is Money:
        return _with_money(sign, left, right)
    one, other = read(left), read(right)
    return None if one is None or other is None else worked(lambda: _OPERATIONS[sign](one, other))


def _power(left: Decimal, right: Decimal) -> Decimal:
    if right != right.to_integral_value() or abs(right) > 1000:
        message = "A decimal takes whole exponents up to 1000."
        raise ExpressionError(Code.ARITHMETIC, message, hint="Write float(…) around it.")
    return CONTEXT.power(left, right)


_OPERATIONS: Final[dict[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": CONTEXT.add,
    "-": CONTEXT.subtract,
    "*": CONTEXT.multiply,
    "/": CONTEXT.divide,
    "//": lambda a, b: _floor(CONTEXT.divide(a, b)),
    "%": lambda a, b: CONTEXT.subtract(a, CONTEXT.multiply(_floor(CONTEXT.divide(a, b)), b)),
    "**": _power,
}
"""With Python's meaning for numbers: `//` rounds down, also below zero, and `%` has the sign of the divisor."""


def _floor(value: Decimal) -> Decimal:
    return value.to_integral_value(rounding="ROUND_FLOOR", context=CONTEXT)


def _with_money(sign: str, left: object, right: object) -> Exact | None:
    if type(left) is Money and type(right) is Money:
        _check_same(left, right)
        if sign == "/":
            return worked(lambda: CONTEXT.divide(left.amount, right.amount))
        return _of(left, _both(sign, left.amount, right.amount)) if sign in {"+", "-", "%"} else None
    if sign == "+" and (_is_zero(left) or _is_zero(right)):  # where sum() starts
        return left if type(left) is Money else right if type(right) is Money else None
    if type(left) is Money and sign in {"*", "/", "//"}:
        factor = read(right)
        return None if factor is None else _of(left, _both(sign, left.amount, factor))
    if type(right) is Money and sign == "*":
        return _with_money(sign, right, left)
    return None


def _is_zero(value: object) -> bool:
    return type(value) is int and value == 0


def _both(sign: str, left: Decimal, right: Decimal) -> Decimal:
    return worked(lambda: _OPERATIONS[sign](left, right))


def _of(like: Money, amount: Decimal) -> Money:
    return Money(amount, like.currency)


def _check_same(left: Money, right: Money) -> None:
    if left.currency != right.currency:
        hint = "Convert one of them first: money(x.amount * rate, “EUR”)."
        raise type_error(f"{left.currency} and {right.currency} do not go together.", hint=hint)


def pair(left: object, right: object) -> tuple[Decimal, Decimal] | None:
    """Two values for comparing as decimals, at least one of which is exact; nothing when they do not go together."""
    if type(left) is Money and type(right) is Money:
        _check_same(left, right)
        return left.amount, right.amount
    if type(left) is Money or type(right) is Money:
        return None
    one, other = read(left), read(right)
    return None if one is None or other is None else (one, other)


def rounded(value: Decimal, places: int, *, half_up: bool = False) -> Decimal:
    """To so many digits behind the point."""
    mode = ROUND_HALF_UP if half_up else ROUND_HALF_EVEN
    wide = Context(prec=DIGITS + LARGEST_EXPONENT, Emin=-999, Emax=999)
    made = value.quantize(Decimal(1).scaleb(-places, context=wide), rounding=mode, context=wide)
    return made if places >= 0 else made.quantize(Decimal(1), context=wide)


def written(value: Exact) -> str:
    """The digits, never with an exponent; money with its currency."""
    if type(value) is Money:
        return f"{value.amount:f} {value.currency}"
    return f"{value:f}"
