"""What can go wrong with an expression, said to the person who wrote it."""

from __future__ import annotations

from enum import StrEnum

SHOWN = 60  # characters of somebody's text that a message repeats at most


class Code(StrEnum):
    """The stable word for each kind of mistake."""

    SYNTAX = "syntax"
    UNKNOWN_NAME = "unknown_name"
    UNKNOWN_FUNCTION = "unknown_function"
    NOT_ALLOWED = "not_allowed"
    TYPE = "type"
    VALUE = "value"
    ARITHMETIC = "arithmetic"
    LIMIT_STEPS = "limit_steps"
    LIMIT_TIME = "limit_time"
    LIMIT_SIZE = "limit_size"
    INTERNAL = "internal"


class ExpressionError(Exception):
    """A mistake in an expression or in what it works on.

    `position` is the 0-based character in the text where it shows; the message never repeats values.
    """

    def __init__(self, code: Code, message: str, *, position: int | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.position = position
        self.hint = hint

    def at(self, position: int) -> ExpressionError:
        """Notes where it happened, unless something further inside already knows better."""
        if self.position is None:
            self.position = position
        return self

    def moved(self, distance: int) -> ExpressionError:
        """The same error, seen from a text in which the expression starts `distance` characters later."""
        place = None if self.position is None else self.position + distance
        return ExpressionError(self.code, self.message, position=place, hint=self.hint)


def shown(text: str) -> str:
    """Somebody's text for a message: in quotes, printable and short."""
    short = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return "“" + "".join(c if c.isprintable() else "·" for c in short) + "”"


def type_error(message: str, *, hint: str = "") -> ExpressionError:
    """An operation met a value of a kind that it cannot work on."""
    return ExpressionError(Code.TYPE, message, hint=hint)


def value_error(message: str, *, hint: str = "") -> ExpressionError:
    """The kind is right, the value is not."""
    return ExpressionError(Code.VALUE, message, hint=hint)


def too_large(message: str, *, hint: str = "") -> ExpressionError:
    """A result would be larger than allowed."""
    return ExpressionError(Code.LIMIT_SIZE, message, hint=hint)
