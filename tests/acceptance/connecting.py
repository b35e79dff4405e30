"""The outside world of the acceptance tests: connectors to servers that really speak their protocols."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from backend.workflows.format import yaml
from tests.acceptance.helpers import create, ended, execute
from tests.stack import ROOT

_numbers = count(1)


def connect(api: httpx.Client, kind: str, **config: Any) -> str:
    """The slug of a new connector."""
    slug = f"{kind}-{next(_numbers)}"
    body = {"name": slug, "slug": slug, "type": kind, "config": config}
    answer = api.post("/api/connectors/", json=body)
    assert answer.status_code == 201, answer.text
    return slug


def sqlite(api: httpx.Client, folder: Path, *statements: str) -> tuple[str, Path]:
    """A connector to a new SQLite file in which these statements were run, and the file."""
    path = folder / f"data-{next(_numbers)}.db"
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return connect(api, "sqlite", path=str(path)), path


def rows(path: Path, query: str) -> list[tuple]:
    """What is in a SQLite file now."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def step(id_: str, kind: str, *, after: list[str] | None = None, **config: Any) -> dict[str, Any]:
    """A step; what is no config of its type goes to the step itself."""
    common = {name: config.pop(name) for name in ("retry", "on_error", "output", "join", "timeout") if name in config}
    return {"id": id_, "type": kind, "config": config, **common, **({"after": after} if after else {})}


def example(api: httpx.Client, slug: str, *, connectors: dict[str, str]) -> dict[str, Any]:
    """A stored workflow as the example has it, with these connectors for those that it names."""
    document = yaml.load((ROOT / "examples" / f"{slug}.yaml").read_text(encoding="utf-8"))
    for one in document["steps"]:
        if "connector" in one["config"]:
            one["config"]["connector"] = connectors[one["config"]["connector"]]
    return create(api, *document.pop("steps"), **document)


def finished(api: httpx.Client, *steps: dict, context: dict | None = None, **document: Any) -> dict[str, Any]:
    """A job of these steps, once it has ended."""
    workflow = create(api, *steps, **document)
    return ended(api, execute(api, workflow, context=context or {}))


def steps_of(job: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The steps of a job by path."""
    return {found["path"]: found for found in job["steps"]}
