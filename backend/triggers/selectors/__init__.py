"""Reading, by organisation for people, by token or time for what starts jobs."""

from __future__ import annotations
