"""The HTTP API of jobs, of the sandboxes, and of the installation as a whole."""

from __future__ import annotations
