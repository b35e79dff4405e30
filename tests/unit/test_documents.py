"""What the documents name is there: files, functions, and the targets of links."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("backend", "workers", "sandboxes", "tests", "scripts", "bench", "examples", "docs")
DOCUMENTS = [
    *ROOT.glob("*.md"),
    ROOT / "frontend/README.md",
    *(one for name in FOLDERS for one in (ROOT / name).rglob("*.md")),
]
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
FILE = re.compile(
    r"`((?:backend|workers|sandboxes|tests|scripts|bench|examples|frontend/src)/[\w./-]+\.(?:py|sh|ts|yaml))`"
)
PLACE = re.compile(r"`([\w/]+\.py)`\s·\s`([\w.]+)`")


@cache
def names(path: str) -> frozenset[str]:
    """The functions and classes of a file, methods as `Class.method`."""
    found = set()
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return frozenset(found)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_links_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")

    missing = [target for target in LINK.findall(text) if not (path.parent / target).exists()]
    missing += [file for file in FILE.findall(text) if not any((folder / file).exists() for folder in path.parents)]

    assert missing == []


def test_the_path_of_a_job_names_functions_that_exist():
    places = PLACE.findall((ROOT / "docs" / "path-of-a-job.md").read_text(encoding="utf-8"))

    assert len(places) > 30
    assert [f"{path} · {name}" for path, name in places if name not in names(path)] == []


def test_every_setting_of_the_environment_is_in_the_readme():
    read = set(re.findall(r'env\.\w+\("([A-Z_]+)"', (ROOT / "backend" / "settings.py").read_text(encoding="utf-8")))
    told = (ROOT / "README.md").read_text(encoding="utf-8")

    assert "STEPGRAPH_HOME" in read
    assert sorted(name for name in read if f"`{name}`" not in told) == ["STEPGRAPH_BEHIND_FRONT"]  # set by `up` itself
