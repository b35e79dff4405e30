"""What publishing a workflow brings to the rows of its triggers. Pure.

People change such rows through the API, too: they pause a schedule, or ask callers for a secret. Publishing brings in
only what the document says differently than the version published before it, so that it undoes none of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, get_args

from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.workflows.format import FormTrigger, MailboxTrigger, ScheduleTrigger, WebhookTrigger, WorkflowTrigger

Triggers = Iterable[Mapping[str, JSON]]
T = TypeVar("T", ScheduleTrigger, WebhookTrigger, FormTrigger, WorkflowTrigger, MailboxTrigger)


@dataclass(frozen=True, slots=True)
class Wanted(Generic[T]):
    """A trigger of the document that is published, and how it differs from that of the version before."""

    trigger: T
    index: int  # in the document
    changed: frozenset[str] | None  # its settings that differ; None: the version before did not have it

    def news(self, values: Mapping[str, Any], *, also: Iterable[str] = ()) -> dict[str, Any]:
        """What a row takes over of the trigger's values; `also` are settings that follow from others."""
        if self.changed is None:
            return dict(values)
        taken = self.changed.union(also)
        return {name: value for name, value in values.items() if name in taken}

    @contextmanager
    def placed(self) -> Iterator[None]:
        """Problems of its row are told at the trigger's place in the document."""
        try:
            yield
        except Invalid as error:
            place = f"triggers[{self.index}]"
            problems = [replace(one, path=f"{place}.{one.path}" if one.path else place) for one in error.problems]
            raise Invalid(error.detail, problems=problems) from error


def wanted(kind: type[T], triggers: Triggers, *, before: Triggers) -> dict[str, Wanted[T]]:
    """The triggers of one kind, by their id; `before` are all triggers of the version published before."""
    (type_,) = get_args(kind.model_fields["type"].annotation)  # it is a Literal
    earlier = {one["id"]: one for one in before if one.get("type") == type_}
    return {
        one["id"]: Wanted(kind.model_validate(one), index, _changed(one, earlier.get(one["id"])))
        for index, one in enumerate(triggers)
        if one.get("type") == type_
    }


def _changed(trigger: Mapping[str, JSON], earlier: Mapping[str, JSON] | None) -> frozenset[str] | None:
    """Both are in the one spelling, where a default is left out: what they say is compared, not what it means today."""
    if earlier is None:
        return None
    names = trigger.keys() | earlier.keys()
    return frozenset(name for name in names if trigger.get(name) != earlier.get(name))
