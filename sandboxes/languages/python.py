"""Python scripts."""

from __future__ import annotations

from sandboxes.languages.base import Language, as_json_frame

PYTHON = Language(
    name="python",
    title="Python",
    commands=("python3", "python"),
    setting="STEPGRAPH_SANDBOX_PYTHON",
    arguments=lambda source, _memory_mb: ["-I", "-c", source],
    harness="harness.py",
    version=("-c", "import platform; print(platform.python_version())"),
    how_to_get="build the image with `manage.py sandbox build`, or install python3 on this host.",
    encode=as_json_frame,
    forks=True,
)
