"""Scripts: from a container that waits, from one that a job's steps share, from `docker run`, and as a bare process."""

from __future__ import annotations

import itertools
import shutil
import statistics
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from bench.ratio import Ratio, seconds, show
from sandboxes.languages import LANGUAGES
from sandboxes.model import Execution, Status, Tier
from sandboxes.runner import run
from sandboxes.runtimes.docker import Containers

_CODE: Final = {"python": "return 1", "javascript": "return 1", "bash": "echo 1"}
_BARE: Final = {
    "python": ["python3", "-I", "-c", "print(1)"],
    "javascript": ["node", "-p", "1"],
    "bash": ["bash", "-c", "echo 1"],
}
_PATH: Final = "/usr/local/bin:/usr/bin:/bin"  # the interpreters themselves, and no shims of version managers
_ROUNDS: Final = 12
_AT_ONCE: Final = 4
_SUSTAINED: Final = 6.0  # seconds
_ITERATIONS: Final = 400
_READY_WITHIN: Final = 30.0  # seconds
_numbers = itertools.count()


def measure() -> Iterator[Ratio]:
    """Nothing where there is no container engine; only ratios within this run mean anything."""
    containers = Containers(f"bench-{uuid.uuid4().hex[:8]}")
    if containers.works():
        return
    containers.warm()
    try:
        for language in (name for name in _CODE if containers.languages()[name].available):
            yield from _latencies(containers, language)
        yield _sustained(containers)
        yield _iterations(containers)
    finally:
        containers.cool()
        containers.reap(all_of_mine=True)


def _latencies(containers: Containers, language: str) -> Iterator[Ratio]:
    """In turn, so that what else the machine does hits all."""
    ways: dict[str, Callable[[], object]] = {
        "waiting container": partial(_script, containers, language, tier="step"),
        "docker run": partial(_docker_run, language),
    }
    if shutil.which(_BARE[language][0], path=_PATH):
        ways["bare process"] = partial(_process, _BARE[language])
    found: dict[str, list[float]] = {name: [] for name in ways}
    ways["waiting container"]()  # asked for once, this kind is kept ready
    for _ in range(_ROUNDS):
        _wait_until_ready(containers)
        for name, way in ways.items():
            found[name].append(seconds(way))
    for name in ("docker run", "bare process"):
        if name in found:
            ours = found["waiting container"]
            yield Ratio(
                f"{language} script from a waiting container, against {name}",
                statistics.median(ours) / statistics.median(found[name]),
                ours=_spread(ours),
                base=_spread(found[name]),
                target=0.05 if name == "docker run" else None,
            )


def _wait_until_ready(containers: Containers) -> None:
    """The refill is not on the way of a script, so it is not measured here; `_sustained` does."""
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        facts = containers.facts()["pool"]
        if facts["ready"] and not facts["warming"]:
            break
        time.sleep(0.05)
    time.sleep(0.2)


def _sustained(containers: Containers) -> Ratio:
    """Several at a time without a pause: what is thrown away must be made anew as fast."""
    ours = _rate(partial(_script, containers, "python", tier="step"))
    base = _rate(partial(_docker_run, "python"))
    return Ratio(
        "sustained scripts per second, against docker run", ours / base, ours=f"{ours:.1f}/s", base=f"{base:.1f}/s"
    )


def _rate(work: Callable[[], object]) -> float:
    until = time.monotonic() + _SUSTAINED

    def repeat(_: int) -> int:
        count = 0
        while time.monotonic() < until:
            work()
            count += 1
        return count

    started = time.monotonic()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        total = sum(pool.map(repeat, range(_AT_ONCE)))
    return total / (time.monotonic() - started)


def _iterations(containers: Containers) -> Ratio:
    """The loops of two jobs, each in its own container of one core, every script a fresh process behind its walls."""

    def work(number: int) -> None:
        _script(containers, "python", tier="job", job=f"bench-{number % 2}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
        _wait_until_ready(containers)
        took = seconds(lambda: list(pool.map(work, range(_ITERATIONS))))
    bare = seconds(lambda: [_process(_BARE["python"]) for _ in range(20)]) / 20
    each = took / _ITERATIONS
    return Ratio(
        "script of a loop in its job's container, against a bare process",
        each / bare,
        ours=f"{1 / each:.0f}/s",
        base=show(bare),
    )


def _script(containers: Containers, language: str, *, tier: Tier, job: str = "bench") -> None:
    execution = Execution(
        id=str(next(_numbers)), language=language, code=_CODE[language], organization="bench", job=job, tier=tier
    )
    outcome = run(execution, containers, on_log=lambda _: None, cancelled=lambda: False)
    assert outcome.status is Status.OK, outcome


def _docker_run(language: str) -> None:
    """The same limits as ours, by the engine's own command."""
    walls = ["--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--pids-limit=64"]
    limits = ["--memory=256m", "--cpus=1", "--tmpfs=/tmp", "--user=65532:65532", "--init"]
    _process(["docker", "run", "--rm", *walls, *limits, LANGUAGES[language].image, *_BARE[language]])


def _process(argv: list[str]) -> None:
    subprocess.run(argv, check=True, capture_output=True, timeout=60, env={"PATH": _PATH})


def _spread(times: list[float]) -> str:
    ordered = sorted(times)
    return f"{show(statistics.median(ordered))} (p95 {show(ordered[int(len(ordered) * 0.95)])})"
