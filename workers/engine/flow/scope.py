"""What expressions of a step can name: outputs, inputs, loop variables, errors."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Sequence

from backend.common.json import JSON
from backend.connectors.selectors import variable_values
from backend.jobs.models import Job
from backend.workflows.graph import Node
from workers.engine.base.large import wrap
from workers.engine.base.plans import Plan

_WEBHOOK = ("webhook_payload", "webhook_headers", "webhook_query")


def top_variables(job: Job, plan: Plan) -> ChainMap[str, JSON]:
    """The variables at the top of a job, before any step has ended: what may come later is null."""
    known: dict[str, JSON] = dict.fromkeys((*plan.definition.input_names, *_WEBHOOK, "loop", "item_last"))
    known |= {node.output: None for node in plan.graph.nodes.values()}
    known |= {name: wrap(value) for name, value in job.input.items()}
    known |= {
        "input": wrap(job.input),
        "vars": variable_values(job.organization_id) if plan.names_variables else {},
        "job": {"id": str(job.id), "started_at": _iso(job), "triggered_by": job.triggered_by},
        "workflow": {"slug": job.workflow.slug, "version": job.version.number},
    }
    given = job.input if job.is_test else {}  # a single step may look back on others, too
    return ChainMap({name: given.get(name) or {} for name in ("errors", "steps")}, known)


def _iso(job: Job) -> str | None:
    return job.started_at.isoformat() if job.started_at else None


def inner_variables(outer: ChainMap[str, JSON], loop: dict[str, JSON]) -> ChainMap[str, JSON]:
    """The variables of one iteration; what its steps give is forgotten with it."""
    inner: dict[str, JSON] = {**loop, "errors": dict(outer["errors"]), "steps": dict(outer["steps"])}
    return outer.new_child(inner)


def flat(variables: ChainMap[str, JSON]) -> dict[str, JSON]:
    """A copy of what is in scope now: as `dict` would make it, without asking every layer for every name."""
    found: dict[str, JSON] = {}
    for layer in reversed(variables.maps):
        found.update(layer)
    return found


def loop_variables(
    *, name: str, item: JSON, index: int, last: JSON, length: int | None, errors: Sequence[JSON]
) -> dict[str, JSON]:
    """The names that a loop gives to its body: its own, the generic ones, and their aliases."""
    item, last = wrap(item), wrap(last)
    loop = {
        "index": index,
        "first": index == 0,
        "last": length is not None and index == length - 1,
        "length": length,
        "errors": list(errors),
    }
    generic = {"item": item, "index": index, "item_index": index, "item_last": last, "loop": loop}
    own = {name: item, f"{name}_index": index, f"{name}_last": last}
    return {"batch_item": item, "batch_index": index, **generic, **own}


_GENERIC = frozenset({"loop", "item_last"})


def note_loop(variables: ChainMap[str, JSON], names: dict[str, JSON], *, in_loop: bool) -> None:
    """Puts what an ended loop leaves in scope; in another loop's body the generic names are that loop's again."""
    variables.maps[0].update({name: value for name, value in names.items() if not (in_loop and name in _GENERIC)})


def local_names(variables: ChainMap[str, JSON], *, result: JSON, of: Node) -> dict[str, JSON]:
    """All that an iteration knows and the top of the job does not, as a step that undoes may need it later."""
    names = {name: value for layer in reversed(variables.maps[:-2]) for name, value in layer.items()}
    return {**names, of.output: result}


def note_success(variables: ChainMap[str, JSON], node: Node, output: JSON) -> None:
    """Puts a step's result in scope."""
    variables.maps[0][node.output] = wrap(output)


def note_error(variables: ChainMap[str, JSON], node: Node, error: dict[str, JSON], attempts: int) -> None:
    """Puts a step's failure in scope, below `errors`."""
    entry = {"message": error["message"], "type": error["type"], "attempts": attempts, "step": node.id}
    variables.maps[0]["errors"] = {**variables["errors"], node.id: entry}


def note_status(
    variables: ChainMap[str, JSON], node: Node, *, status: str, attempts: int, duration: float | None
) -> None:
    """Puts how a step went in scope, below `steps`."""
    entry = {"status": status, "attempts": attempts, "duration": duration}
    variables.maps[0]["steps"] = {**variables["steps"], node.id: entry}
