"""Where the stand-ins of the demo listen, and what the rest of the installation must know of them."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from backend.common.json import JSON
from backend.common.own_database import databases_folder
from workers.processes.supervisor import Program

_HOST = "127.0.0.1"
_DATABASE = "demo.db"
_LIBRARIES = ("aiosmtpd", "flask", "moto")


@dataclass(frozen=True, slots=True)
class World:
    """Three ports in a row: web services, mail, S3."""

    port: int
    database: Path

    @classmethod
    def of_settings(cls) -> World:
        """This installation's."""
        return cls(settings.DEMO_PORT, databases_folder() / _DATABASE)

    @property
    def web(self) -> str:
        """The address of the web services, and of the record of what arrived."""
        return f"http://{_HOST}:{self.port}"

    @property
    def allowed(self) -> list[str]:
        """What STEPGRAPH_EGRESS_ALLOW must name, and nothing more."""
        return [f"{_HOST}:{self.port + number}" for number in range(3)]

    @property
    def places(self) -> dict[str, JSON]:
        """What the placeholders of connectors stand for."""
        storage = f"http://{_HOST}:{self.port + 2}"
        return {"web": self.web, "mail_port": self.port + 1, "storage": storage, "database": self.database.name}

    @property
    def program(self) -> Program:
        """All stand-ins, as one child of the supervisor."""
        options = ["--port", str(self.port), "--database", str(self.database)]
        return Program("stand-ins", [sys.executable, "-m", "examples.stand_ins", *options])


def missing_libraries() -> Sequence[str]:
    """What the stand-ins need and this environment does not have."""
    return [name for name in _LIBRARIES if importlib.util.find_spec(name) is None]
