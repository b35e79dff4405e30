"""What changes webhooks: people and publishing in `webhooks`, the calls that arrive in `calls`."""

from __future__ import annotations
