"""What people read of the demo: where everything is, and how the examples ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from backend.common.json import JSON
from workers.demo.world import World


@dataclass(frozen=True, slots=True)
class Line:
    """One case: what was expected and what came of it."""

    example: str
    case: str
    expected: str
    got: str
    differences: list[str]

    @property
    def is_good(self) -> bool:
        """Whether the example kept its promise."""
        return not self.differences

    @property
    def name(self) -> str:
        """What the row begins with."""
        return f"{self.example}: {self.case}"

    def text(self, *, width: int) -> str:
        """A row of the table, and below it what differs."""
        head = f"{'✓' if self.is_good else '✗'} {self.name:<{width}}  {self.expected:<8} → {self.got}"
        return "\n".join([head, *(f"    {one}" for one in self.differences)])

    def as_json(self) -> dict[str, JSON]:
        """For programs."""
        return asdict(self)


def sum_of(lines: Sequence[Line]) -> str:
    """The last line of the table."""
    bad = sum(not line.is_good for line in lines)
    examples = len({line.example for line in lines})
    if bad:
        return f"\n{bad} of {len(lines)} cases differ from what the examples promise."
    return f"\nAll {examples} examples did what they promise, in {len(lines)} cases."


def code_of(lines: Sequence[Line]) -> int:
    """The command's exit code: 1 if any example broke its promise."""
    return 0 if all(line.is_good for line in lines) else 1


def places(world: World) -> list[str]:
    """Where to look, once it is up."""
    return [
        f"  Stand-ins: web services {world.web} · mail {world.places['mail_port']} · S3 {world.places['storage']}",
        f"             what they received: {world.web}/received",
        f"             the shop's database: {world.database}",
        "  Run every example: make demo-run (in another terminal)\n",
    ]
