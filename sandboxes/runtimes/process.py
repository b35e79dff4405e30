"""Scripts as plain processes: limits and a user of their own, but no wall. For computers with nothing better."""

from __future__ import annotations

from pathlib import Path

from sandboxes.runtimes import host
from sandboxes.runtimes.local import LocalRuntime


class PlainProcesses(LocalRuntime):
    """Own session, limits, empty environment, private folder; the network and the host's files stay in reach."""

    name = "process"

    def walled(self, argv: list[str], *, folder: Path, network: bool) -> list[str]:
        """The command as it is: there is no wall."""
        return argv

    def environment(self, folder: Path) -> dict[str, str]:
        """A home of its own and the usual programs."""
        return {"PATH": host.PATH, "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
