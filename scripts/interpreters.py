"""Which Python `.venv` is made of: one of those that are here and much faster than the one that was called, if any is.

Version managers build Python without the optimisations that distributions use; the same version is then a third slower,
and so is every job. Nothing that a build says of itself tells, so it is measured, once. Standard library only.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable

_ROUNDS = 5
_MUCH = 0.85  # of the time of the one that was called: less is worth another one
_PLACES = ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")

# A few hundredths of a second of what programs mostly do: calls, attributes, dictionaries and texts.
_WORK = """
import ensurepip, sys, time, venv
assert sys.version_info[:2] == tuple(map(int, sys.argv[1].split(".")))
class Thing:
    def __init__(self, value): self.value = value
    def next(self): return self.value + 1
def work():
    found = {}
    for number in range(40000):
        found[number % 100] = Thing(number).next()
        str(number)
best = min(-time.perf_counter() + (work() or time.perf_counter()) for _ in range(3))
print(best)
"""


def choose(called: str = sys.executable, *, seconds: Callable[[str], float | None] | None = None) -> str:
    """The interpreter to use: the one that was called, unless another one of its version is much faster."""
    seconds = seconds or _seconds
    candidates = [called, *_others(called)]
    best = dict.fromkeys(candidates, float("inf"))
    for _ in range(_ROUNDS if len(candidates) > 1 else 0):  # in turns: what slows the machine down slows all down
        for path in candidates:
            best[path] = min(best[path], seconds(path) or float("inf"))
    fastest = min(best, key=best.__getitem__)
    return fastest if best[fastest] < best[called] * _MUCH else called


def _others(called: str) -> Iterable[str]:
    name = "python{}.{}".format(*sys.version_info)
    found = [shutil.which(name, path=place) for place in _PLACES]
    return dict.fromkeys(path for path in found if path is not None and path != called)


def _seconds(path: str) -> float | None:
    """How long it takes for some work; None if it cannot make environments, or is no Python of this version."""
    version = "{}.{}".format(*sys.version_info)
    answer = subprocess.run([path, "-I", "-c", _WORK, version], capture_output=True, text=True, timeout=30, check=False)
    return float(answer.stdout) if answer.returncode == 0 else None
