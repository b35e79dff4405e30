"""The outside world for tests: small servers on the loopback address that speak real wire formats."""

from __future__ import annotations
