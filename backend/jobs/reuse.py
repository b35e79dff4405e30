"""Which results of an ended job a new one may take over: those that nothing that is done anew can change. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from backend.common.json import JSON
from backend.workflows.graph import Graph


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is known of a step run of the ended job."""

    path: str
    step: str
    status: str
    continued: bool = False
    undoes: str = ""  # the path of the step that this one was to undo

    @property
    def settled(self) -> bool:
        """Whether the flow went on from it."""
        return self.status in {"success", "skipped"} or (self.status == "failed" and self.continued)

    @property
    def prefix(self) -> str:
        """The iteration that it was in: `batches[3].`."""
        return self.path.removesuffix(self.step)


def reusable(graph: Graph, runs: Sequence[Recorded], *, anew: Iterable[str]) -> list[str]:
    """The paths whose results stay. `anew` are those to be done again, beside all that did not come to an end.

    What was undone is done again, too: its result stands for an effect that is there no more.
    """
    search = _Search(graph, runs)
    undone = [run.undoes for run in runs if run.undoes and run.status == "success"]
    for path in [*anew, *undone]:
        search.redo(path)
    for run in runs:
        if not run.settled and graph.scopes.get(run.step):
            search.reopen(run.path)  # what was done inside stays done
        elif not run.settled:
            search.redo(run.path)
    return [run.path for run in runs if run.path not in search.dropped and graph.compensation_of(run.step) is None]


class _Search:
    """Follows what depends on what."""

    def __init__(self, graph: Graph, runs: Sequence[Recorded]) -> None:
        self.dropped: set[str] = set()
        self._redone: set[str] = set()
        self._graph = graph
        self._runs = {run.path: run for run in runs}

    def redo(self, path: str) -> None:
        """The step is done again, with all that is inside it and after it."""
        if path in self._redone or path not in self._runs:
            return
        self._redone.add(path)
        run = self._runs[path]
        for id_ in self._graph.scopes.get(run.step, ()):
            for inner in (run.prefix + id_, *(other for other in self._runs if other.startswith(f"{path}["))):
                self.redo(inner)
        self.reopen(path)

    def reopen(self, path: str) -> None:
        """The step is entered again: what follows it is done again, what is inside of it perhaps not."""
        if path in self.dropped or path not in self._runs:
            return
        self.dropped.add(path)
        run = self._runs[path]
        node = self._graph.nodes.get(run.step)
        if node is None:
            return
        for id_ in self._graph.dependents[node.id]:
            self.redo(run.prefix + id_)
        if node.parent is not None:
            self.reopen(_path_of_container(run.prefix, node.parent))


def _path_of_container(prefix: str, container: str) -> str:
    """Of a loop, the iteration's number is taken off; a group has no part in the path."""
    around = prefix.rpartition("[")[0]
    return around if around.rpartition(".")[2] == container else prefix + container


def fingerprint(value: JSON) -> str:
    """A result in a few characters."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


_COMPARED = ("type", "config", "after", "join", "parent", "output", "enabled", "on_error")


def differences(old: Mapping[str, JSON], new: Mapping[str, JSON], *, steps: Iterable[str]) -> list[str]:
    """Which of these steps are not the same in two definitions, so that an old result is none of the new one."""
    before = {step["id"]: step for step in old.get("steps", ())}
    after = {step["id"]: step for step in new.get("steps", ())}
    wanted = dict.fromkeys(steps)
    return [id_ for id_ in wanted if _essence(before.get(id_)) != _essence(after.get(id_))]


def _essence(step: Mapping[str, JSON] | None) -> list[JSON] | None:
    return None if step is None else [step.get(name) for name in _COMPARED]
