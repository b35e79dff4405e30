"""PowerShell scripts, run by pwsh 7 or newer."""

from __future__ import annotations

from sandboxes.languages.base import Language

POWERSHELL = Language(
    name="powershell",
    title="PowerShell",
    commands=("pwsh",),
    setting="STEPGRAPH_SANDBOX_PWSH",
    arguments=lambda source, _memory_mb: ["-NoLogo", "-NoProfile", "-NonInteractive", "-Command", source],
    harness="harness.ps1",
    version=("-NoLogo", "-NoProfile", "-NonInteractive", "-Command", "$PSVersionTable.PSVersion.ToString()"),
    how_to_get=(
        "build the image with `manage.py sandbox build powershell`, or install pwsh on this host "
        "(https://learn.microsoft.com/powershell/scripting/install)."
    ),
    exact=False,
    bounded_address_space=False,
)
