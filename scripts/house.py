"""How long and how branched the code is: medians, the long tail, and what is over the limits of CONTRIBUTING.md.

It judges nothing: a file may be long for a reason. `python scripts/house.py [FOLDER]`, the checkout if none is named.
"""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE, FUNCTION, COMPONENT, COMPLEXITY = 300, 40, 80, 10
PARTS = ("backend", "workers", "sandboxes", "scripts", "bench", "examples", "tests", "frontend")
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.comprehension, ast.match_case)
# What biome has formatted: a function at the left margin ends with a brace at the left margin.
SCRIPT = re.compile(
    r"^(?:export )?(?:default )?(?:async )?(?:function (?P<name>\w+)|const (?P<arrow>\w+) = [^;\n]*=> \{$).*?^\}",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A function or a component, where it stands, and its measures."""

    place: str
    lines: int
    complexity: int = 0
    component: bool = False


def main() -> None:
    """Prints the table, then what is over a limit."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1]).resolve()
    files = {path: (root / path).read_text(encoding="utf-8") for path in tracked(root)}
    pieces = [piece for path, text in files.items() for piece in pieces_of(path, text)]
    functions = [piece for piece in pieces if not piece.component]
    components = [piece for piece in pieces if piece.component]
    print(f"{'':22}{'files':>6}{'lines':>8}{'functions':>11}{'median':>8}{'p95':>6}{'longest':>9}", end="")
    print(f"{'complexity: median':>20}{'p95':>5}{'most':>6}")
    for part in PARTS:
        inside = [text for path, text in files.items() if path.startswith(f"{part}/")]
        row(part, inside, [piece for piece in functions if piece.place.startswith(f"{part}/")])
    row("components", [], components)
    over("files", FILE, {path: len(text.splitlines()) for path, text in files.items()})
    over("functions", FUNCTION, {piece.place: piece.lines for piece in functions})
    over("components", COMPONENT, {piece.place: piece.lines for piece in components})
    over("complexity", COMPLEXITY, {piece.place: piece.complexity for piece in functions})


def tracked(root: Path) -> list[str]:
    """The code that people write: no migrations, and nothing that is generated."""
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.ts", "*.tsx"], cwd=root, check=True, capture_output=True, text=True
    )
    return [
        path
        for path in listed.stdout.split()
        if "/migrations/" not in path and ".generated." not in path and "schema.d.ts" not in path
    ]


def pieces_of(path: str, text: str) -> Iterator[Piece]:
    """Every function of a file; nested ones count for themselves and for the one around them."""
    if path.endswith(".py"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield Piece(f"{path}:{node.lineno} {node.name}", span(node), complexity(node))
        return
    for found in SCRIPT.finditer(text):
        name = found["name"] or found["arrow"]
        line = text.count("\n", 0, found.start()) + 1
        yield Piece(
            f"{path}:{line} {name}",
            found.group().count("\n") + 1,
            component=path.endswith(".tsx") and name[0].isupper(),
        )


def span(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines a function takes, from its `def`."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def complexity(node: ast.AST) -> int:
    """One, and one more for every way that the flow can part."""
    return (
        1
        + sum(isinstance(one, BRANCHES) for one in ast.walk(node))
        + sum(len(one.values) - 1 for one in ast.walk(node) if isinstance(one, ast.BoolOp))
    )


def row(name: str, texts: list[str], pieces: list[Piece]) -> None:
    """One line of the table."""
    lengths = sorted(one.lines for one in pieces) or [0]
    branches = sorted(one.complexity for one in pieces) or [0]
    size = sum(len(text.splitlines()) for text in texts)
    print(
        f"{name:22}{len(texts):>6}{size:>8}{len(pieces):>11}{statistics.median(lengths):>8.0f}{late(lengths):>6}{lengths[-1]:>9}"
        f"{statistics.median(branches):>20.0f}{late(branches):>5}{branches[-1]:>6}"
    )


def late(values: list[int]) -> int:
    """The value below which 95 of a hundred are."""
    return values[min(len(values) - 1, int(len(values) * 0.95))]


def over(what: str, limit: int, sizes: dict[str, int]) -> None:
    """The places over a limit, the largest first."""
    found = sorted(((size, place) for place, size in sizes.items() if size > limit), reverse=True)
    print(f"\n{what} over {limit}: {len(found)}")
    for size, place in found:
        print(f"  {size:>5}  {place}")


if __name__ == "__main__":
    main()
