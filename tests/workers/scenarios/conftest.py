"""The acceptance scenarios that need no processes: the engine on the real database, with real servers outside."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from backend.workflows.format import yaml
from tests.mail import MailServer, mail_server
from tests.programs import ROOT
from tests.workers.engine.conftest import acme, connect, other_worker, run, start, worker

__all__ = ["acme", "connect", "other_worker", "run", "start", "worker"]


class Database:
    """A SQLite file outside, which workflows know as the connector `shop`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def run(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def rows(self, query: str) -> list[tuple]:
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def shop(connect: Callable[..., None], tmp_path: Path) -> Database:
    connect("shop", "sqlite", path=str(tmp_path / "shop.db"))
    return Database(tmp_path / "shop.db")


@pytest.fixture
def mails(connect: Callable[..., None]) -> Iterator[MailServer]:
    """What the connector `team` has sent."""
    with mail_server() as running:
        connect("team", "smtp", **running.config)
        yield running


def condition(id_: str, expression: str, **options: Any) -> dict[str, Any]:
    return {"id": id_, "type": "condition", "config": {"expression": expression}, **options}


def values(id_: str, expressions: dict[str, str], **options: Any) -> dict[str, Any]:
    return {"id": id_, "type": "transform", "config": {"values": expressions}, **options}


def sql(id_: str, query: str, **options: Any) -> dict[str, Any]:
    config = {"connector": "shop", "query": query, **options.pop("config", {})}
    return {"id": id_, "type": "database", "config": config, **options}


def mail(id_: str, subject: str, body: str = "-", **options: Any) -> dict[str, Any]:
    config = {"connector": "team", "to": ["team@example.com"], "subject": subject, "body": body}
    return {"id": id_, "type": "notification", "config": config, **options}


def example_steps(slug: str) -> list[dict[str, Any]]:
    """The steps of an example as it stands."""
    return list(yaml.load((ROOT / "examples" / f"{slug}.yaml").read_text(encoding="utf-8"))["steps"])
