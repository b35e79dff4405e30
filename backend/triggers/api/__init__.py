"""HTTP for the people who set triggers up."""

from __future__ import annotations
