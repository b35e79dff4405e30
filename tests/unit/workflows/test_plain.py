"""The format and its language are plain Python: usable, and testable, without the web framework."""

from __future__ import annotations

import subprocess
import sys

IMPORTS = """
import sys
import backend.workflows.format.yaml, backend.workflows.graph, backend.workflows.validation, backend.expressions
print([name for name in ("django", "rest_framework", "celery", "redis") if name in sys.modules])
"""


def test_the_format_needs_no_framework() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
