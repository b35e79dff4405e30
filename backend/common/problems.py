"""One thing wrong with what somebody wrote, with its place and its cure."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding of validation; `path` is a JSON path into the document, such as `steps[2].config.url`."""

    message: str
    path: str = ""
    hint: str = ""
    code: str = "invalid"
    step: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """The shape of the API: `{code, step, path, message, hint}`."""
        return asdict(self)
