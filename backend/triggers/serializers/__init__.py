"""The shapes of triggers at the API."""

from __future__ import annotations
