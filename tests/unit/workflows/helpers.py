"""Steps for documents that are judged, and what is said about them."""

from __future__ import annotations

from backend.workflows.documents import report


def script(id_, **step):
    return {"id": id_, "type": "script", "config": {"code": "return 1"}, **step}


def condition(id_, expression="true", **step):
    return {"id": id_, "type": "condition", "config": {"expression": expression}, **step}


def loop(id_, **step):
    return {"id": id_, "type": "loop", "config": {"items": "{{ input.rows }}"}, **step}


def output(id_, values, **step):
    return {"id": id_, "type": "output", "config": {"values": values}, **step}


def found(*steps, **document):
    """What is said about a document, as {(code, step, path)}."""
    return {(p.code, p.step, p.path) for p in report({"steps": list(steps), **document}).errors}


def codes(*steps, **document):
    return sorted(code for code, _, _ in found(*steps, **document))


def warned(*steps):
    return {(p.code, p.step) for p in report({"steps": list(steps)}).warnings}
