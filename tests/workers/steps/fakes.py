"""A step's surroundings, as small as they can be: real expressions, real interpreters, no engine."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from backend.catalog.ai import BudgetVerdict, Usage
from backend.catalog.connectors import ConnectorType, Outside
from backend.catalog.steps import HttpClient, Published, ScriptRequest, StepFailed
from backend.common.egress import EgressClient, EgressPolicy
from backend.expressions import Environment, ExpressionError, compile_expression
from sandboxes.languages import LANGUAGES
from sandboxes.languages.base import Frame

MARKER = "the-result-follows:"


@dataclass
class FakeContext:
    """Variables in, log out. Scripts run through the sandbox's own harness, but unprotected."""

    variables: Mapping[str, Any] = field(default_factory=dict)
    allow: tuple[str, ...] = ("127.0.0.0/8",)
    job_id: str = "job-1"
    path: str = "step"
    attempt: int = 1
    now: datetime = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
    timeout: float | None = None
    stopped: bool = False
    lines: list[str] = field(default_factory=list)
    progressed: list[dict[str, Any]] = field(default_factory=list)
    scripts: list[ScriptRequest] = field(default_factory=list)
    saved: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)  # files by id
    max_bytes: int = 100_000_000  # of the largest file
    usage: list[Usage] = field(default_factory=list)
    budget: BudgetVerdict = field(default_factory=BudgetVerdict)
    kept: Any = None
    published: dict[str, Published] = field(default_factory=dict)  # workflows by slug
    connectors: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)  # by slug: type and config

    @property
    def idempotency_key(self) -> str:
        return f"{self.job_id}/{self.path}"

    @property
    def files(self) -> FakeContext:
        return self

    def open(self, ref: Any) -> bytes:
        return self.saved[ref["$file"]][2]

    def save(self, name: str, content_type: str, data: bytes) -> dict[str, Any]:
        id_ = str(uuid4())
        self.saved[id_] = (name, content_type, data)
        return {"$file": id_, "name": name, "content_type": content_type, "size": len(data)}

    def evaluate(self, expression: str) -> Any:
        environment = Environment(now=self.now, seed=self.idempotency_key)
        try:
            return compile_expression(expression).evaluate(self.variables, environment=environment)
        except ExpressionError as error:
            raise StepFailed(error.message, error_type="expression") from error

    def run_script(self, request: ScriptRequest) -> Any:
        self.scripts.append(request)
        return run_code(request.language, request.code, request.context, env=request.env)

    def http(self) -> HttpClient:
        return EgressClient(EgressPolicy.from_words(self.allow))

    def connector(self, slug: str, *, family: str | None = None) -> ConnectorType[Any]:
        name, config = self.connectors[slug]
        kind = ConnectorType.registry.get(name)
        assert family in {None, kind.family}
        return kind(kind.Config.model_validate(config), outside=Outside(EgressPolicy.from_words(self.allow)), slug=slug)

    def keep(self, value: Any) -> None:
        self.kept = json.loads(json.dumps(value))

    @contextmanager
    def calling(self, slug: str) -> Iterator[FakeContext]:
        yield self

    def failed(self, error: str) -> None:
        self.lines.append(f"circuit: {error}")

    def workflow(self, slug: str, *, version: int | None = None) -> Published:
        if slug not in self.published:
            raise StepFailed(f"There is no workflow “{slug}”.", error_type="validation")
        return replace(self.published[slug], version=version or self.published[slug].version)

    def record_usage(self, usage: Usage) -> None:
        self.usage.append(usage)

    def ai_budget(self) -> BudgetVerdict:
        return self.budget

    def log(self, message: str, *, level: str = "info") -> None:
        self.lines.append(f"{level}: {message}")

    def progress(self, **data: Any) -> None:
        self.progressed.append(data)

    def cancelled(self) -> bool:
        return self.stopped


def run_code(language: str, code: str, variables: Mapping[str, Any], *, env: Mapping[str, str] | None = None) -> Any:
    """The result of a script; raises StepFailed when it fails."""
    kind = LANGUAGES[language]
    command = sys.executable if language == "python" else next(filter(None, map(shutil.which, kind.commands)))
    with tempfile.TemporaryDirectory() as folder:
        ended = subprocess.run(
            kind.argv(command, memory_mb=256),
            input=kind.encode(Frame(MARKER, code, variables, env or {})),
            capture_output=True,
            cwd=folder,
            timeout=60,
            check=False,
        )
    if ended.returncode:
        raise StepFailed(ended.stderr.decode()[-500:], error_type="exit_code", retryable=True)
    _, _, frame = ended.stdout.decode().rpartition(MARKER)
    return json.loads(frame.partition("\n")[2])
