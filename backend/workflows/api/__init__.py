"""The HTTP API of workflows, and of what the editor asks while one is made."""

from __future__ import annotations
