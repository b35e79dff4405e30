"""The examples, run in a small world of stand-ins, and compared with what their texts promise."""

from __future__ import annotations
