"""JavaScript scripts, run by Node."""

from __future__ import annotations

from sandboxes.languages.base import Language, as_json_frame


def _arguments(source: str, memory_mb: int) -> list[str]:
    # A heap below the container's limit turns a memory bomb into Node's own error, with a trace.
    heap = max(32, memory_mb * 3 // 4)
    # Without vm modules, import() does not work in older versions.
    return [f"--max-old-space-size={heap}", "--experimental-vm-modules", "--no-warnings", "-e", source]


JAVASCRIPT = Language(
    name="javascript",
    title="JavaScript",
    commands=("node", "nodejs"),
    setting="STEPGRAPH_SANDBOX_NODE",
    arguments=_arguments,
    harness="harness.js",
    version=("-p", "process.versions.node"),
    how_to_get="build the image with `manage.py sandbox build`, or install Node.js 18 or newer on this host.",
    bounded_address_space=False,
    encode=as_json_frame,
)
