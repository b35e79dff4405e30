"""The way out for scripts that may use the network: one proxy, which judges every destination and keeps account."""

from __future__ import annotations
