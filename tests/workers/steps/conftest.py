"""Fixtures of the step tests."""

from __future__ import annotations

from tests.mail import mails

__all__ = ["mails"]
