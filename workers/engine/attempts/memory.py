"""What a step keeps for later: in its row when it is small, else beside it, as results are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from backend.catalog.steps import Result, StepFailed
from backend.common.json import JSON
from backend.files import refs
from workers.engine.base.large import Encoded, LargeValues

_NAME: Final = "kept"


@dataclass(frozen=True, slots=True)
class Memory:
    """One step's: `aside` is what is stored with its row."""

    aside: dict[str, JSON]
    large: LargeValues

    def load(self) -> JSON:
        """The value kept last. Raises StepFailed."""
        found = self.aside.get(_NAME)
        return self.large.load(found) if found is not None else None

    def keep(self, value: JSON) -> None:
        """Keeps a value in the place of the last one; None forgets it. Raises StepFailed."""
        if value is None:
            self.aside.pop(_NAME, None)
            return
        text = refs.encode(value)
        answer = self.large.keep(Result(Encoded(text) if len(text) > settings.OFFLOAD_CHARACTERS else value))
        if isinstance(answer, StepFailed):
            raise answer
        self.aside[_NAME] = answer.output if isinstance(answer, Result) else None
