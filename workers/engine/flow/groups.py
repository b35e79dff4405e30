"""Groups in motion: a scope of its own that runs once, and fails or succeeds as one step."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from backend.catalog.steps import Enter, Result
from backend.common.json import JSON
from workers.engine.base.large import sized
from workers.engine.flow import outcome
from workers.engine.flow.activity import Activity
from workers.engine.flow.frame import Frame, Rules

if TYPE_CHECKING:
    from workers.engine.flow.flow import Flow


class Groups:
    """The groups of one job."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow

    def open(self, activity: Activity, plan: Enter) -> None:
        """A group begins, or goes on after another owner. Its variables are those of the scope around it."""
        self._flow.recorder.step(activity.record("running"))
        around = activity.frame
        frame = Frame(
            around.graph,
            scope=activity.node.id,
            prefix=around.prefix,
            variables=around.variables,
            outer=around,
            rules=Rules(inline=True, on_failure=plan.on_failure, max_concurrent=plan.max_concurrent),
        )
        self._flow.scopes.open(frame, activity=activity, on_close=partial(self._end, activity, plan))

    def _end(self, activity: Activity, plan: Enter, frame: Frame) -> None:
        failure = self._flow.why_stopped(activity)
        if failure is None and frame.error is not None:
            error = frame.error
            failure = outcome.of_container(f"The step “{error['step']}” failed: {error['message']}", error)
        if failure is not None:
            self._flow.failed(activity, failure)
            return
        output = members(frame) if plan.collect == "all" else frame.result
        self._flow.complete(activity, sized(Result(output)))


def members(frame: Frame) -> dict[str, JSON]:
    """The results of a group's own steps by name, in the order of the document; of one that failed its error."""
    graph = frame.graph
    nodes = [graph.nodes[id_] for id_ in graph.scopes.get(frame.scope, ()) if id_ not in graph.compensations]
    return {
        node.output: {"error": frame.failures[node.id]} if node.id in frame.failures else frame.variables[node.output]
        for node in nodes
    }
