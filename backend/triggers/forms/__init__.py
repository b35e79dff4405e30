"""Pages made from a workflow's inputs."""

from __future__ import annotations
