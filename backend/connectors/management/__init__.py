"""Commands of connectors."""

from __future__ import annotations
