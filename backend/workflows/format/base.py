"""What all parts of the document share: strict types, no unknown keys, never changed once read."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

STEP_ID = r"^[a-z][a-z0-9_]*$"
MAX_ID_LENGTH = 100  # what the job tables keep


class Part(BaseModel):
    """A part of the document. Strict: the text "3" is not the number 3, so that every reader sees one type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, validate_default=False)


StepId = Annotated[str, Field(pattern=STEP_ID, max_length=MAX_ID_LENGTH)]
Seconds = Annotated[float, Field(gt=0, le=31_536_000, allow_inf_nan=False)]


def described(title: str, description: str = "", *, examples: list[Any] | None = None, **kwargs: Any) -> Any:
    """A field with the texts that the editor's forms show."""
    return Field(title=title, description=description or None, examples=examples, **kwargs)
