"""What is ready next: one run through the steps of a scope, as a value that is told what ended. Pure.

Every port of an ended step is taken or dead. A step is decided when all that it waits for is settled; if nothing was
taken it is skipped and its own ports are dead, so that a branch not taken never blocks a join.
"""

from __future__ import annotations

from collections import ChainMap, deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from backend.catalog.steps import DONE, ERROR, NEXT, SKIPPED
from backend.common.json import JSON
from backend.workflows.graph import Graph, Node

NOTHING: frozenset[str] = frozenset()
SUCCESS_PORTS = frozenset({NEXT, DONE})
SKIPPED_PORTS = frozenset({SKIPPED})
PASSED_OVER = frozenset({NEXT, DONE, SKIPPED})  # a disabled step lets the flow go on


class Decision(Enum):
    """What becomes of a step."""

    RUN = "run"
    SKIP = "skip"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Moves:
    """Steps that were decided just now; those to run in the order in which they should start."""

    run: tuple[Node, ...] = ()
    skip: tuple[Node, ...] = ()


NO_MOVES = Moves()


def success_ports(port: str | None) -> frozenset[str]:
    """The ports that a success takes; `port` is the branch, if the step has branches."""
    return SUCCESS_PORTS | {port} if port else SUCCESS_PORTS


def failure_ports(*, continued: bool, port: str | None = None) -> frozenset[str]:
    """The ports that a failure takes; one that is continued goes on as if nothing had happened, too."""
    return frozenset({ERROR, DONE}) | (success_ports(port) if continued else NOTHING)


def decide(node: Node, ended: dict[str, frozenset[str]]) -> Decision:
    """Whether a step with something to wait for runs, is skipped, or waits on."""
    settled = taken = 0
    for ref in node.after:
        ports = ended.get(ref.step)
        if ports is not None:
            settled += 1
            taken += ref.port in ports
    if node.join == "first" and taken:
        return Decision.RUN
    if settled < len(node.after):
        return Decision.WAIT
    needed = len(node.after) if node.join == "all" else 1
    return Decision.RUN if taken >= needed else Decision.SKIP


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds in a scope; by default that of an iteration, or of the top of a job."""

    inline: bool = False  # a part of the scope around it, as a group is
    on_failure: str = ""  # stop | finish | continue; empty: as the job, or the loop, says
    max_concurrent: int | None = None
    undoes: str = ""  # the path of the completed step that the only step here undoes


class Frame:
    """One run through one scope: the top of a job, one iteration of a loop's body, or a group."""

    def __init__(
        self,
        graph: Graph,
        *,
        scope: str | None,
        prefix: str,
        variables: ChainMap[str, JSON],
        outer: Frame | None = None,
        start_at: str = "",
        rules: Rules | None = None,
    ) -> None:
        self.rules = rules or Rules()
        self.undoing: bool = bool(self.rules.undoes) or (outer is not None and outer.undoing)
        self.graph = graph
        self.outer = outer
        self.scope = scope
        self.prefix = prefix
        self.variables = variables
        self.active = 0  # steps that are decided to run and have not ended
        self.at_work = 0  # of these, the ones that have started
        self.backlog: deque[Node] = deque()  # of these, the ones for which there is no room yet
        self.failures: dict[str, dict[str, JSON]] = {}  # by step, where failures do not end the scope
        self.error: dict[str, JSON] | None = None  # of the failure that nobody handles
        self.stopping = False  # start nothing more, and stop what runs
        self.fresh = False  # something was done now, and not all was taken over from an earlier owner
        self.result: JSON = None  # of an output step, else of the last step to end
        self._given = (False, "")  # whether an output step gave the result, and when
        self._ended: dict[str, frozenset[str]] = {}
        self._missing: dict[str, int] = {}  # by step: how many of those that it waits for have not ended
        self._decided: set[str] = set()
        self._start_at = start_at

    def stopped(self) -> bool:
        """Whether this scope, or one around it, has been given up."""
        return self.stopping or (self.outer is not None and self.outer.stopped())

    def home(self) -> Frame:
        """The scope that this one is a part of: itself, unless it is a group."""
        return self.outer.home() if self.rules.inline and self.outer is not None else self

    def in_loop(self) -> bool:
        """Whether this is, or is in, an iteration."""
        return self.home().outer is not None

    def is_full(self) -> bool:
        """Whether another step has to wait until one has ended."""
        limit = self.rules.max_concurrent
        return limit is not None and self.at_work >= limit

    def line_up(self, nodes: Sequence[Node]) -> None:
        """Steps are ready: the most urgent of all that wait for room is first, among equals the one that came first."""
        waiting = bool(self.backlog)
        self.backlog.extend(nodes)
        if waiting:
            self.backlog = deque(sorted(self.backlog, key=lambda node: node.priority))

    def give(self, result: JSON, *, by_output: bool, at: str) -> None:
        """A step's contribution to the result; by the recorded time, since a replay comes by in another order."""
        if (by_output, at) >= self._given:
            self.result, self._given = result, (by_output, at)

    def path(self, step_id: str) -> str:
        """The step's place in the job: `insert`, `batches[3].insert`."""
        return self.prefix + step_id

    def begin(self) -> Moves:
        """The steps that start together; with `start_at` only that one, and what cannot follow it is skipped."""
        if not self._start_at:
            first = self.graph.first(self.scope)
            self._decided.update([node.id for node in first])
            return Moves(first)
        reachable = self._reachable(self._start_at)
        members = self.graph.scopes.get(self.scope, ())
        outside = [id_ for id_ in members if id_ not in reachable and id_ not in self.graph.compensations]
        return self._sorted([self._start_at], outside)

    def end(self, step_id: str, taken: frozenset[str]) -> Moves:
        """Notes that a step has ended, and answers what that decides."""
        first_time = step_id not in self._ended
        self._ended[step_id] = taken
        if self.rules.undoes:
            return NO_MOVES
        run: list[str] = []
        skip: list[str] = []
        for id_ in self.graph.dependents[step_id]:
            node = self.graph.nodes[id_]
            if id_ in self._decided or node.parent != self.scope:
                continue
            missing = self._missing[id_] = self._still_missing(node) - first_time
            if missing and node.join != "first":
                continue  # as `decide` would say, which looks at all of a hundred branches for each of them
            decision = decide(node, self._ended)
            if decision is Decision.RUN:
                run.append(id_)
            elif decision is Decision.SKIP:
                skip.append(id_)
        return self._sorted(run, skip) if run or skip else NO_MOVES

    def doomed_by(self, step_id: str, taken: frozenset[str]) -> list[Node]:
        """Of a scope that is given up: the steps that could never run once this one has ended so. They are skipped."""
        self._ended[step_id] = taken
        found: list[Node] = []
        todo = [step_id]
        while todo:
            for id_ in self.graph.dependents[todo.pop()]:
                node = self.graph.nodes[id_]
                if id_ not in self._decided and node.parent == self.scope and self._is_doomed(node):
                    self._decided.add(id_)
                    self._ended[id_] = SKIPPED_PORTS
                    found.append(node)
                    todo.append(id_)
        return found

    def _is_doomed(self, node: Node) -> bool:
        dead = [ref.step in self._ended and ref.port not in self._ended[ref.step] for ref in node.after]
        return any(dead) if node.join == "all" else all(dead)

    def _still_missing(self, node: Node) -> int:
        known = self._missing.get(node.id)
        return len({ref.step for ref in node.after}) if known is None else known

    def _sorted(self, run: Sequence[str], skip: Sequence[str]) -> Moves:
        self._decided.update(run, skip)
        running = [self.graph.nodes[id_] for id_ in run]
        if len(running) > 1:
            running.sort(key=Node.rank)
        return Moves(tuple(running), tuple([self.graph.nodes[id_] for id_ in skip]))

    def _reachable(self, start: str) -> set[str]:
        found, todo = {start}, [start]
        while todo:
            for id_ in self.graph.dependents[todo.pop()]:
                if id_ not in found:
                    found.add(id_)
                    todo.append(id_)
        return found
