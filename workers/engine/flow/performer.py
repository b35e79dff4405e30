"""What the flow of a job asks of those who do the work: decisions are made there, effects happen behind this."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from backend.catalog.steps import Answer, StartChild, StepFailed
from backend.common.json import JSON
from workers.engine.flow.activity import Activity


class Child(Protocol):
    """A job to be started for a step."""

    @property
    def id(self) -> UUID:
        """Its id, known before it is stored."""

    def store(self) -> None:
        """Makes it real, in the transaction that is going on."""


class Performer(Protocol):
    """Does the work of steps."""

    def perform(self, activity: Activity) -> Answer | StepFailed:
        """Runs one attempt, here and now."""

    def resume(self, activity: Activity, delivery: JSON) -> Answer | StepFailed:
        """Goes on with a step that has waited, here and now."""

    def acts_outside(self, activity: Activity) -> bool:
        """Whether even a pure step has something around it that must not be done again at a replay."""

    def child(self, activity: Activity, asked: StartChild) -> Child | StepFailed:
        """A job to be started for a step, not stored yet."""

    def keep(self, answer: Answer | StepFailed) -> Answer | StepFailed:
        """The answer as its row holds it: a large value by reference."""

    def evaluate(self, activity: Activity, expression: str, names: dict[str, JSON]) -> JSON:
        """An expression in the step's scope, with more names on top. Raises StepFailed."""
