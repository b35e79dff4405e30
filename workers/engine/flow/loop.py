"""A loop while it goes round: which item is next, what came of the earlier ones. Pure but for its expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from backend.catalog.steps import Iterate, StepFailed
from backend.common.json import JSON
from workers.engine.flow import outcome
from workers.engine.flow.activity import Activity
from workers.engine.flow.frame import Frame
from workers.engine.flow.scope import loop_variables

Evaluate = Callable[[str, dict[str, JSON]], JSON]  # an expression, with names on top of the loop's own scope


@dataclass(slots=True)
class Loop:
    """The state of one loop step in one job."""

    activity: Activity
    plan: Iterate
    evaluate: Evaluate
    begun: int = 0  # iterations
    done: int = 0
    open: dict[int, Frame] = field(default_factory=dict)  # iterations at work
    last: JSON = None  # the result of the last iteration in order
    errors: list[dict[str, JSON]] = field(default_factory=list)
    body: Mapping[str, JSON] = field(default_factory=dict)  # the names of the last iteration's steps
    broken: bool = False
    exhausted: bool = False  # there is no further iteration
    failure: StepFailed | None = None  # ends the loop, once no iteration is at work
    _results: dict[int, JSON] = field(default_factory=dict)
    _last_index: int = -1
    _told: int = -1  # hundredths of progress

    @property
    def items(self) -> Sequence[JSON] | None:
        """The items, or None for a loop that goes on while a condition holds."""
        return self.plan.items

    @property
    def in_order(self) -> bool:
        """Whether each iteration can see what came of the one before."""
        return self.plan.concurrency == 1

    def variables(self, index: int) -> dict[str, JSON]:
        """The names that the loop gives to an iteration. Side by side, iterations know nothing of each other."""
        return loop_variables(
            name=self.plan.item_name,
            item=self.items[index] if self.items is not None and index < len(self.items) else None,
            index=index,
            last=self.last if self.in_order else None,
            length=len(self.items) if self.items is not None else None,
            errors=self.errors if self.in_order else (),
        )

    def wants_more(self) -> bool:
        """Whether another iteration may begin now. Raises StepFailed at the limit, when the step says so."""
        if self.exhausted or self.failure or len(self.open) >= self.plan.concurrency:
            return False
        self.exhausted = not self._goes_on()
        return not self.exhausted

    def _goes_on(self) -> bool:
        if self.broken or not self._has_next():
            return False
        if self.begun < self.plan.max_iterations:
            return True
        message = f"maxIterations {self.plan.max_iterations} reached"
        if self.plan.on_limit == "stop":
            self.activity.log.add(message, level="warning")
            return False
        raise StepFailed(message, error_type="limit", hint="Raise the limit, or let the loop stop there.")

    def _has_next(self) -> bool:
        if self.items is not None:
            return self.begun < len(self.items)
        return self.plan.while_ is not None and self._holds(self.plan.while_, self.begun)

    def _holds(self, expression: str, index: int) -> bool:
        return bool(self.evaluate(expression, {**self.body, **self.variables(index)}))

    def begin(self) -> int:
        """The number of the iteration that begins."""
        self.begun += 1
        return self.begun - 1

    def succeeded(self, index: int, result: JSON, body: Mapping[str, JSON]) -> None:
        """Notes an iteration's result; `body` are the names of its steps, for the conditions of the loop."""
        if index > self._last_index:
            self._last_index, self.last = index, result
        self.body = body
        if self.plan.collect == "all":
            self._results[index] = result
        if self.plan.break_when and self._holds(self.plan.break_when, index):
            self.broken = True
        self.done += 1

    def failed(self, index: int, error: dict[str, JSON]) -> None:
        """Notes a failed iteration; raises StepFailed when it ends the loop."""
        if self.plan.on_item_error == "fail":
            raise outcome.of_container(f"Iteration {index} failed at step “{error['step']}”: {error['message']}", error)
        item = self.items[index] if self.items is not None else None
        self.errors.append({"index": index, "item": item, "error": error["message"], "step": error["step"]})
        if self.plan.on_item_error == "continue" and self.plan.collect == "all":
            self._results[index] = None
        self.done += 1

    def output(self) -> JSON:
        """What the loop step gives, in the order of the items."""
        if self.plan.collect == "last":
            return self.last
        return [self._results[index] for index in sorted(self._results)] if self.plan.collect == "all" else None

    def after(self) -> dict[str, JSON]:
        """The names that stay in scope once the loop has ended."""
        self.errors.sort(key=lambda error: int(error["index"]))
        facts = {"length": self.done, "errors": self.errors, "broken": self.broken}
        return {"item_last": self.last, f"{self.plan.item_name}_last": self.last, "loop": facts}

    def tells_progress(self) -> bool:
        """Whether there is progress to show: of long loops a hundredth."""
        share = 100 * self.done // len(self.items) if self.items else self.done
        if share == self._told:
            return False
        self._told = share
        return True

    def progress(self) -> dict[str, JSON]:
        """How far it is, for the screen."""
        total = len(self.items) if self.items is not None else None
        share = round(100 * self.done / total, 1) if total else None
        return {"done": self.done, "total": total, "percentage": share}
