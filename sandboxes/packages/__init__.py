"""Packages of pip and npm for scripts: resolved once, kept as images, built in the background."""

from __future__ import annotations
