"""Memory of long-lived processes."""

from __future__ import annotations

import gc

_ALLOCATIONS = 10_000  # between two collections; Python's own 700 are for scripts


def settle() -> None:
    """For a process that has loaded its program: what is there by now stays, and is not gone through ever again.

    A full collection walks over all objects, most of them modules and classes that never go: more than a tenth of a
    second in the middle of somebody's request, and longer than half of the time that the expressions of a step have.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 10, 10)
