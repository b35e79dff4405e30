"""Local stand-ins for everything outside that the examples speak to: small servers with the real protocols."""

from __future__ import annotations
