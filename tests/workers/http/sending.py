"""A sender that may reach the server of these tests."""

from __future__ import annotations

import time

from backend.common.egress import EgressClient, EgressPolicy
from workers.http.sending import Sender


def sender(authentication, *, seconds=10.0, cancelled=lambda: False):
    client = EgressClient(EgressPolicy.from_words(["127.0.0.0/8"]))
    return Sender(client, time.monotonic() + seconds, cancelled, authentication)
