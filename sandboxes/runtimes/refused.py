"""No way to run scripts: what is in force where the only one left would be no wall at all."""

from __future__ import annotations

from collections.abc import Mapping

from sandboxes.errors import RuntimeMissing
from sandboxes.languages import LANGUAGES
from sandboxes.languages.base import Language
from sandboxes.model import Execution
from sandboxes.runtimes.base import Availability, Runtime, Sandbox


class Refused(Runtime):
    """Answers every script with the reason why none runs here."""

    name = ""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def start(self, execution: Execution, language: Language) -> Sandbox:
        """Never starts anything."""
        raise RuntimeMissing(self._reason)

    def languages(self) -> Mapping[str, Availability]:
        """None of them."""
        return {name: Availability(available=False, detail=self._reason) for name in LANGUAGES}

    def reap(self, *, all_of_mine: bool = False) -> int:
        """There is nothing to remove."""
        return 0
