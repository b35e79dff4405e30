"""Services that speak HTTP: one file each, with its routes."""

from __future__ import annotations

from flask import current_app, request

from examples.stand_ins.record import Record


def times_called() -> int:
    """How often the address of this request was called since the last reset, this time included."""
    record: Record = current_app.extensions["record"]
    return record.count(f"{request.method} {request.path}")
