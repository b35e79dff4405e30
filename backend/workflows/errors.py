"""What can go wrong with workflows."""

from __future__ import annotations

from typing import ClassVar

from backend.common.errors import Conflict, Invalid
from backend.common.json import JSON


class InvalidWorkflow(Invalid):
    """The workflow has errors. Mend every one in the list, then try again."""

    error: ClassVar[str] = "Invalid workflow"


class SlugTaken(Conflict):
    """Another workflow of this organisation has this slug. Choose another one."""

    error: ClassVar[str] = "Slug taken"


class StaleDraft(Conflict):
    """Somebody else changed this draft since you loaded it. Compare both, then save yours with the current revision."""

    error: ClassVar[str] = "Stale draft"

    def __init__(self, *, current: JSON, yours: JSON) -> None:
        super().__init__()
        self.extra = {"current": current, "yours": yours}
