#!/usr/bin/env python
"""The command line of Stepgraph: `manage.py help` lists the commands."""

from __future__ import annotations

import atexit
import gc
import os
import sys

from django.core.management import execute_from_command_line

_SERVERS = {"web", "live", "worker", "scheduler"}
_PRODUCTION = {"SECRET_KEY", "STEPGRAPH_ENCRYPTION_KEYS", "DATABASE_URL", "REDIS_URL"}


def default_mode(arguments: list[str]) -> str:
    """`up` and the tools beside it share what it keeps in STEPGRAPH_HOME; no server is in development by omission."""
    command = arguments[1] if len(arguments) > 1 else ""
    if command in {"up", "demo"}:
        return "development"
    return "production" if command in _SERVERS or _PRODUCTION & os.environ.keys() else "development"


if __name__ == "__main__":
    gc.set_threshold(100_000, 10, 10)  # a program that loads makes little garbage; to look for it took long
    atexit.register(gc.freeze)  # nor is it looked for when all goes away: that took a third of a short command
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    os.environ.setdefault("STEPGRAPH_MODE", default_mode(sys.argv))
    execute_from_command_line(sys.argv)
