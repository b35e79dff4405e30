"""Isolated execution of scripts: a client, a service and three ways to wall a script in. Knows nothing of workflows."""

from __future__ import annotations
