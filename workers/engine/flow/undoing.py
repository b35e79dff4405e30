"""Undoing in motion: the completed steps of a job that did not succeed are undone, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend.common import faultpoints
from workers.engine.flow.frame import Frame
from workers.engine.flow.undo import Undo, frame_for

if TYPE_CHECKING:
    from workers.engine.flow.flow import Flow


class Undoing:
    """The compensations of one job."""

    def __init__(self, flow: Flow, undo: Undo) -> None:
        self._flow = flow
        self._undo = undo
        self._gathered = False  # what there is to undo of places that were not entered again

    def left(self) -> bool:
        """Whether a completed step is left that another one undoes."""
        top = self._flow.scopes.top
        if not self._gathered and top is not None:
            self._gathered = True
            for run in self._flow.takeover.to_be_undone():
                self._undo.note_recorded(run, top)
        return bool(self._undo)

    def next(self) -> None:
        """Starts what undoes the step that was completed last."""
        faultpoints.reached("undo.next")
        entry = self._undo.pop()
        frame = frame_for(entry)
        self._flow.scopes.open_for(frame, frame.graph.nodes[entry.target], on_close=self._ended)

    def _ended(self, frame: Frame) -> None:
        if frame.error is not None:  # the others are undone all the same
            self._flow.warn(str(frame.error["step"]), f"Compensation incomplete: {frame.error['message']}")
