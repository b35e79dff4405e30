"""The editor gives no step a name that the server refuses."""

from __future__ import annotations

import re
from pathlib import Path

from backend.workflows.format.names import RESERVED

MODEL = Path(__file__).parents[3] / "frontend" / "src" / "features" / "editor" / "model"


def test_the_editor_knows_every_reserved_name() -> None:
    text = (MODEL / "reserved-names.ts").read_text()

    assert set(re.findall(r'^  "(\w+)",$', text, re.MULTILINE)) == RESERVED
