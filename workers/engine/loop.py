"""A loop while it goes round: which item is next, what came of the earlier ones. Pure but for its expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from backend.catalog.steps import Iterate, StepFailed
from backend.common.json import JSON
from workers.engine.activity import Activity
from workers.engine.scope import loop_variables

Evaluate = Callable[[str, dict[str, JSON]], JSON]  # an expression, with names on top of the loop's own scope


@dataclass(slots=True)
class Loop:
    """The state of one loop step in one job."""

    activity: Activity
    plan: Iterate
    evaluate: Evaluate
    index: int = 0
    last: JSON = None
    results: list[JSON] = field(default_factory=list)
    errors: list[JSON] = field(default_factory=list)
    body: Mapping[str, JSON] = field(default_factory=dict)  # the names of the last iteration's steps
    broken: bool = False

    @property
    def items(self) -> Sequence[JSON] | None:
        """The items, or None for a loop that goes on while a condition holds."""
        return self.plan.items

    def variables(self) -> dict[str, JSON]:
        """The names that the loop gives to the current iteration."""
        return loop_variables(
            name=self.plan.item_name,
            item=self.items[self.index] if self.items is not None and self.index < len(self.items) else None,
            index=self.index,
            last=self.last,
            length=len(self.items) if self.items is not None else None,
            errors=self.errors,
        )

    def goes_on(self) -> bool:
        """Whether there is another iteration. Raises StepFailed at the limit, when the step says so."""
        if self.broken or not self._has_next():
            return False
        if self.index < self.plan.max_iterations:
            return True
        message = f"maxIterations {self.plan.max_iterations} reached"
        if self.plan.on_limit == "stop":
            self.activity.log.add(message, level="warning")
            return False
        raise StepFailed(message, error_type="limit", hint="Raise the limit, or let the loop stop there.")

    def _has_next(self) -> bool:
        if self.items is not None:
            return self.index < len(self.items)
        return self.plan.while_ is not None and self._holds(self.plan.while_)

    def _holds(self, expression: str) -> bool:
        return bool(self.evaluate(expression, {**self.body, **self.variables()}))

    def succeeded(self, result: JSON, body: Mapping[str, JSON]) -> None:
        """Notes an iteration's result; `body` are the names of its steps, for the conditions of the loop."""
        self.last, self.body = result, body
        if self.plan.collect == "all":
            self.results.append(result)
        if self.plan.break_when:
            self.broken = self._holds(self.plan.break_when)
        self.index += 1

    def failed(self, error: dict[str, JSON]) -> None:
        """Notes a failed iteration; raises StepFailed when it ends the loop."""
        if self.plan.on_item_error == "fail":
            message = f"Iteration {self.index} failed at step “{error['step']}”: {error['message']}"
            raise StepFailed(message, error_type=error["type"], line=error.get("line"))
        item = self.items[self.index] if self.items is not None else None
        self.errors.append({"index": self.index, "item": item, "error": error["message"], "step": error["step"]})
        if self.plan.on_item_error == "continue" and self.plan.collect == "all":
            self.results.append(None)
        self.index += 1

    def output(self) -> JSON:
        """What the loop step gives."""
        return {"all": self.results, "last": self.last}.get(self.plan.collect)

    def after(self) -> dict[str, JSON]:
        """The names that stay in scope once the loop has ended."""
        facts = {"length": self.index, "errors": self.errors, "broken": self.broken}
        return {"item_last": self.last, f"{self.plan.item_name}_last": self.last, "loop": facts}

    def progress(self) -> dict[str, JSON]:
        """How far it is, for the screen."""
        total = len(self.items) if self.items is not None else None
        share = round(100 * self.index / total, 1) if total else None
        return {"done": self.index, "total": total, "percentage": share}
