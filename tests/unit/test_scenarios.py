"""The map of the acceptance scenarios names tests that exist, and every scenario once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
MAP = TESTS / "acceptance" / "README.md"
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split(" | ")]
    for line in MAP.read_text(encoding="utf-8").splitlines()
    if re.match(r"\| C-\d\d ", line)
]


def named(cell: str) -> Iterator[tuple[str, str]]:
    """File and function of each test; one that begins with `::` is in the file of the one before."""
    file = ""
    for text in re.findall(r"`([^`]+)`", cell):
        path, _, name = text.partition("::")
        file = path or file
        yield file, name


def test_every_scenario_once_and_in_order() -> None:
    assert [row[0].split()[0] for row in ROWS] == [f"C-{number:02}" for number in range(1, 76)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].split()[0])
def test_the_tests_that_prove_it_exist(row: list[str]) -> None:
    proofs = list(named(row[1]))

    for file, name in proofs:
        text = (TESTS / file).read_text(encoding="utf-8")
        assert not name or re.search(rf"^def {name}\(", text, re.MULTILINE), f"{file}::{name}"
    assert proofs or "absent" in row[-1]
