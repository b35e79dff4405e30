"""What an example promises: a file of cases in `examples/expected/`, one for each way through it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from django.conf import settings
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from backend.common.json import JSON
from backend.workflows.format import yaml

EXAMPLES = settings.BASE_DIR / "examples"
DATA = EXAMPLES / "data"


def _as_call(value: JSON) -> JSON:
    return {"call": value} if isinstance(value, str) else value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExpectedCall(_Strict):
    """Something that must arrive at a stand-in: `POST /chat/team`, `MAIL ann@example.com`, `PUT /exports/a.csv`."""

    call: str
    query: dict[str, JSON] = Field(default_factory=dict)
    body: JSON = None  # nothing said
    times: int = 1


class Case(_Strict):
    """One job: what it is given, how it ends, and everything that it does outside."""

    case: str
    input: dict[str, JSON] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict)  # inputs that are files of examples/data
    texts: dict[str, str] = Field(default_factory=dict)  # inputs that are the texts of files there
    ends: Literal["SUCCESS", "FAILED", "WAITING"] = "SUCCESS"
    output: JSON = None  # nothing said
    error: dict[str, JSON] = Field(default_factory=dict)
    steps: dict[str, str] = Field(default_factory=dict)  # path → status
    received: list[Annotated[ExpectedCall, BeforeValidator(_as_call)]] = Field(default_factory=list)  # all, any order
    rows: dict[str, list[list[Any]]] = Field(default_factory=dict)  # query → what the shop's database answers


_CASES = TypeAdapter(list[Case])


def slugs() -> list[str]:
    """Every example."""
    return sorted(path.stem for path in EXAMPLES.glob("*.yaml"))


def cases(slug: str, *, folder: Path = EXAMPLES / "expected") -> list[Case]:
    """What one of them promises; raises FileNotFoundError if it promises nothing."""
    return _CASES.validate_python(yaml.load((folder / f"{slug}.yaml").read_text(encoding="utf-8")))
