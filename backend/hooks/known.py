"""The active hooks as workers remember them: jobs of organisations without any pay nothing for them."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase
from uuid import UUID

from backend.common.json import JSON
from backend.hooks.models import Action, Hook

_REMEMBERED_SECONDS = 2.0  # how soon a change takes effect


@dataclass(frozen=True, slots=True)
class Known:
    """One active hook. Pure."""

    id: UUID
    organization: UUID
    workflow: UUID | None
    name: str
    moment: str
    action: str
    config: dict[str, JSON]
    steps: tuple[str, ...] = ()
    step_types: tuple[str, ...] = ()
    error_types: tuple[str, ...] = ()
    blocking: bool = False

    @property
    def acts_outside(self) -> bool:
        """Whether it does something that a replay must not do again."""
        return self.action != Action.EXPRESSION

    def is_for(self, *, step: str, step_type: str) -> bool:
        """Whether it looks at that step."""
        return _fits(step, self.steps) and (not self.step_types or step_type in self.step_types)

    def is_for_error(self, error_type: str) -> bool:
        """Whether it looks at that kind of error."""
        return _fits(error_type, self.error_types)


def _fits(name: str, patterns: tuple[str, ...]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


class _Memory:
    """This process's short memory of all active hooks."""

    def __init__(self) -> None:
        self._known: list[Known] = []
        self._read_at = float("-inf")

    def of(self, organization: UUID, workflow: UUID) -> list[Known]:
        """Those that look at the jobs of a workflow, in their order."""
        found = [hook for hook in self._all() if hook.organization == organization]
        return [hook for hook in found if hook.workflow in {None, workflow}]

    def any_for(self, moments: Collection[str]) -> bool:
        """Whether any organisation has a hook for one of these moments."""
        return any(hook.moment in moments for hook in self._all())

    def _all(self) -> list[Known]:
        if time.monotonic() - self._read_at > _REMEMBERED_SECONDS:
            rows = Hook.objects.filter(is_active=True).order_by("position", "id")
            self._known, self._read_at = [_known(row) for row in rows], time.monotonic()
        return self._known

    def forget(self) -> None:
        """Reads again at the next look."""
        self._read_at = float("-inf")


memory = _Memory()


def _known(row: Hook) -> Known:
    return Known(
        id=row.id,
        organization=row.organization_id,
        workflow=row.workflow_id,
        name=row.name,
        moment=row.moment,
        action=row.action,
        config=row.config,
        steps=tuple(row.steps),
        step_types=tuple(row.step_types),
        error_types=tuple(row.error_types),
        blocking=row.blocking,
    )
