"""Shows an answer to whoever looks on while the model is still speaking."""

from __future__ import annotations

from backend.catalog.steps import StepContext


class LiveAnswer:
    """An answer while it comes: live by whole words, so that secrets are masked in one piece; then in the log."""

    def __init__(self, context: StepContext) -> None:
        self._context = context
        self._said: list[str] = []
        self._rest = ""

    def add(self, piece: str) -> None:
        """Shows what is complete."""
        self._said.append(piece)
        text = self._rest + piece
        end = max(text.rfind(" "), text.rfind("\n")) + 1
        self._rest = text[end:]
        if end:
            self._context.progress(text=text[:end])

    def end(self) -> None:
        """The answer has ended, or broken off: the log keeps what there was of it."""
        if self._rest:
            self._context.progress(text=self._rest)
        if self._said:
            self._context.log("".join(self._said))
        self._said, self._rest = [], ""
