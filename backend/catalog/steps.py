"""What a step type is: one class in one file below `workers/steps/`, found by its folder.

From the class follow, without touching anything else: validation, the JSON Schema, the palette entry and the form of
the editor, the API catalogue and the contract test that runs over every type. What such a file needs is imported from
here: the answers of `answers.py`, and the protocols of `context.py`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict

from backend.catalog.answers import Again, Answer, Enter, Iterate, Result, StartChild, StepFailed, Wait
from backend.catalog.context import (
    PACKAGES_PENDING,
    Call,
    FileAccess,
    HttpClient,
    Published,
    ScriptRequest,
    StepContext,
)
from backend.catalog.fields import Marked
from backend.catalog.registry import Registry
from backend.common.json import JSON
from backend.common.problems import Problem

__all__ = [
    "COMMON_PORTS", "DONE", "ERROR", "NEXT", "PACKAGES_PENDING", "SKIPPED",
    "Again", "Answer", "Call", "Config", "Enter", "FileAccess", "HttpClient", "Iterate", "Published", "Result",
    "ScriptRequest", "StartChild", "StepContext", "StepFailed", "StepType", "Wait",
]  # fmt: skip

NEXT, ERROR, DONE, SKIPPED = "next", "error", "done", "skipped"
COMMON_PORTS = (NEXT, ERROR, DONE, SKIPPED)


class Config(BaseModel):
    """Base of every step type's config: unknown keys are refused. Attempts may share one: it never changes."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, frozen=True)


C = TypeVar("C", bound=Config)
ConfigClass: TypeAlias = type[Config]  # inside StepType, both words mean the class's own attributes


class StepType(ABC, Generic[C]):
    """A kind of step. Its docstring is its help text; `Config` is its form; `run` is what it does."""

    registry: ClassVar[Registry[StepType[Any]]] = Registry("step", packages=("workers.steps",))

    type: ClassVar[str]
    label: ClassVar[str]
    icon: ClassVar[str] = "box"  # a Tabler icon name
    category: ClassVar[str] = "Flow"
    color: ClassVar[str] = "gray"  # a Mantine colour
    version: ClassVar[int] = 1
    Config: ClassVar[ConfigClass]
    pure: ClassVar[bool] = (
        False  # same input, same answer, nothing outside touched: may be replayed instead of recorded
    )
    container: ClassVar[bool] = False  # other steps may name it as their parent
    default_timeout: ClassVar[float | None] = None  # seconds

    def __init_subclass__(cls, *, type: str | None = None, **kwargs: Any) -> None:  # noqa: A002 the format's own word
        super().__init_subclass__(**kwargs)
        if type is not None:  # abstract helpers pass no type and stay out of the list
            cls.type = type
            cls.registry.add(type, cls)

    @classmethod
    def ports(cls, config: Mapping[str, JSON]) -> tuple[str, ...]:
        """The ports beyond those that every step has, from the raw (perhaps still invalid) config."""
        return ()

    @classmethod
    def check(cls, config: C) -> list[Problem]:
        """Findings beyond the schema, such as fields that exclude each other; paths relative to `config`."""
        return []

    @classmethod
    def advise(cls, config: C) -> list[Problem]:
        """What is allowed, but perhaps not meant or bound to fail: warnings, with paths relative to `config`."""
        return []

    @classmethod
    def upgrade(cls, config: dict[str, JSON]) -> dict[str, JSON]:
        """Brings a config stored by an older version of this type up to date; one that is stays as it is.

        Called for types whose `version` is above 1, whenever a document is read: to run, to check, to store again.
        """
        return config

    @classmethod
    def is_pure(cls, config: Mapping[str, JSON]) -> bool:
        """Whether this very step is pure; for types that are it only in some of their forms."""
        return cls.pure

    @classmethod
    def body_variables(cls, config: Mapping[str, JSON]) -> tuple[str, ...]:
        """Of a container: the names that its body can use, from the raw config."""
        return ()

    @classmethod
    def once(cls, config: Mapping[str, JSON]) -> dict[str, JSON] | None:
        """Of a container: the config with which its body runs only once, for the test of a step in it.

        None: the step can do without the container.
        """
        return None

    @classmethod
    def pinned(cls, config: Mapping[str, JSON], output: JSON) -> Result:
        """What a step gives whose output is pinned; one that names a branch takes it."""
        return Result(output, port=output if isinstance(output, str) and output in cls.ports(config) else None)

    @classmethod
    def context_of(cls, mark: Marked, config: Mapping[str, JSON]) -> str:
        """How values are written into a template, for types in which another setting decides it."""
        return mark.context

    @abstractmethod
    def run(self, config: C, context: StepContext) -> Answer:
        """Does the work; `config` has its templates filled in. Raises StepFailed."""

    def resumed(self, config: C, context: StepContext, delivery: JSON | None) -> Answer:
        """Goes on after a `Wait` with what was delivered, or with None as its time is up. Quick. Raises StepFailed."""
        return Result(delivery)
