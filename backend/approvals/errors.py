"""What can go wrong with a decision."""

from __future__ import annotations

from typing import ClassVar

from backend.common.errors import Conflict, Forbidden, NotFound


class NotAnApprover(Forbidden):
    """Somebody else has to decide this: you are not among the approvers."""


class NoLongerOpen(Conflict):
    """This has been decided already, or nobody waits for it any more."""

    error: ClassVar[str] = "No longer open"


class DecidedBefore(Conflict):
    """You have decided this already."""

    error: ClassVar[str] = "Decided before"


class UnknownLink(NotFound):
    """This link does not lead to a decision. It may have been used, or be cut off."""
