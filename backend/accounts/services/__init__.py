"""What changes accounts, one module per kind of thing."""

from __future__ import annotations
