"""The HTTP API of accounts: organisations, members, invitations, keys; signing in; the pages of the documentation."""

from __future__ import annotations
