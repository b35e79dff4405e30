"""What the doctor makes of what the sandbox service says."""

from __future__ import annotations

import pytest

from workers.management.commands.doctor import sandbox_part

PYTHON = {"title": "Python", "available": True, "detail": "3.11"}
NO_PWSH = {"title": "PowerShell", "available": False, "detail": "PowerShell runtime not installed: build the image."}
WELL = {
    "isolation": "docker",
    "reason": "",
    "languages": {"python": PYTHON, "powershell": NO_PWSH},
    "network": {"available": True},
}


@pytest.mark.parametrize(
    ("change", "ok", "part"),
    [
        ({}, True, "docker PowerShell runtime not installed: build the image."),
        ({"isolation": "", "reason": "Scripts do not run here: install Docker."}, False, "install Docker"),
        ({"isolation": "process", "reason": "Scripts run without isolation."}, True, "without isolation"),
        ({"languages": {"powershell": NO_PWSH}}, False, "build the image"),
        ({"hosts": [{"address": "a:1", "ok": True}, {"address": "b:1", "ok": False}]}, False, "Not answering: b:1."),
        ({"network": {"available": False}}, True, "Scripts have no network"),
    ],
)
def test_says_how_to_mend(change, ok, part):
    found = sandbox_part({**WELL, **change})

    assert found.ok is ok
    assert part in found.detail
