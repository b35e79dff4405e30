"""Whole jobs through a real installation, from webhook to end, on both databases, beside the floor of the same run.

The floor of a job is one bare Celery task and two bare commits. For orientation, n8n 2.41 on two cores: 500 jobs of ten
steps at 54 to 63 a second, a loop of 1,000 in 0.43 s, a fan-out of 100 in 47 ms, ten branches of a second in 10.1 s.
The targets in seconds are a quarter of these, and 1.2 s for the branches; they are for two idle cores.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil

from bench.installation import Installation, Workflows, create_users, installed
from bench.ratio import Ratio, show

_JOBS = 500
_MANY = int(os.environ.get("STEPGRAPH_BENCH_JOBS", "10000"))  # over which the worker may not have grown
_LIGHT, _HEAVY, _AT_ONCE = 40, 10, 2
_FIBONACCI = "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n"


def measure() -> Iterator[Ratio]:
    """Everything on SQLite, then on PostgreSQL."""
    for database in ("SQLite", "PostgreSQL"):
        with (
            tempfile.TemporaryDirectory(prefix="stepgraph-bench-") as home,
            installed(Path(home), database, _workflows) as found,
        ):
            yield from _many(found)
            yield from _single(found)
            yield _scripts(found)
            yield _growth(found)


def _many(found: Installation) -> Iterator[Ratio]:
    found.finish("trivial", 100)  # the worker warms up
    took = found.finish("trivial", _JOBS)
    least = found.floor
    base = f"{show(least.task)} for a bare task (alone {show(least.round_trip)}), {show(least.commit)} for a commit"
    yield Ratio(
        f"{_JOBS} jobs of 10 steps, {found.database}: each against the floor",
        took / _JOBS / least.job,
        ours=f"{_JOBS / took:.0f}/s",
        base=base,
        target=2,
    )
    yield _against(found, f"{_JOBS} jobs of 10 steps", took, _JOBS / 63 / 4)


def _single(found: Installation) -> Iterator[Ratio]:
    yield _against(found, "loop of 1,000", found.answer("loop"), 0.43 / 4)
    # Ten milliseconds: the median of a few would be the luck of a moment.
    yield _against(found, "fan-out of 100 and join", found.answer("fan", rounds=25), 0.047 / 4)
    yield _against(found, "ten branches of a second", found.answer("branches", rounds=2), 1.2)
    took, base = found.answer("rows", rounds=2), _bare_rows()
    name = f"10,000 rows in 100 statements, {found.database}, against the bare statements"
    yield Ratio(name, took / base, ours=show(took), base=show(base))


def _bare_rows() -> float:
    """The same statements into a file like that of the connector, by Python's own driver."""
    text = f"INSERT INTO users (email, name) VALUES {', '.join(['(?, ?)'] * 100)}"
    values = [value for n in range(100) for value in (f"u{n}@example.com", f"User {n}")]
    with tempfile.TemporaryDirectory(prefix="stepgraph-bench-") as folder:
        path = Path(folder) / "bare.db"
        create_users(path)
        with closing(sqlite3.connect(path, isolation_level=None)) as file:  # each statement is a transaction
            started = time.perf_counter()
            for _ in range(100):
                file.execute(text, values)
            return time.perf_counter() - started


def _against(found: Installation, name: str, took: float, target: float) -> Ratio:
    return Ratio(
        f"{name}, {found.database}, against its target", took / target, ours=show(took), base=show(target), target=1
    )


def _scripts(found: Installation) -> Ratio:
    took, base = found.answer("scripts", rounds=1), _bare_scripts()
    name = f"{_LIGHT} light and {_HEAVY} heavy scripts, {found.database}, against bare processes"
    return Ratio(name, took / base, ours=show(took), base=show(base))


def _bare_scripts() -> float:
    """The same work by plain interpreters, as many at a time."""

    def run(number: int) -> None:
        code = f"{_FIBONACCI}print(fib({number}))"
        subprocess.run(["python3", "-I", "-c", code], check=True, capture_output=True)

    started = time.perf_counter()
    for numbers in ([10] * _LIGHT, [33] * _HEAVY):
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(run, numbers))
    return time.perf_counter() - started


def _growth(found: Installation) -> Ratio:
    """What a worker holds after many jobs, against what it held after the first tenth of them."""
    process = psutil.Process(found.worker)
    found.finish("trivial", _MANY // 10)
    before = process.memory_info().rss
    found.finish("trivial", _MANY - _MANY // 10)
    after = process.memory_info().rss
    name = f"memory of a worker over {_MANY:,} jobs, {found.database}, against that after a tenth of them"
    return Ratio(name, after / before, ours=f"{after / 1e6:.0f} MB", base=f"{before / 1e6:.0f} MB", target=1.1)


# --- workflows ------------------------------------------------------------------------------------------------------


def _workflows(second: str) -> Workflows:
    batch = "[{'email': f'u{n}@example.com', 'name': f'User {n}'} for n in range(100)]"
    insert = {"connector": "target", "query": "INSERT INTO users (email, name) VALUES {{ item }}"}
    return {
        "trivial": [_value(f"s{n}", after=[f"s{n - 1}"] if n else []) for n in range(10)],
        "loop": [_loop("each", items="{{ range(1000) }}"), _value("body", parent="each")],
        "fan": [
            *(_value(f"s{n}") for n in range(100)),
            _value("join", after=[f"s{n}" for n in range(100)], join="all"),
        ],
        "branches": [
            {"id": f"b{n}", "type": "api", "config": {"method": "GET", "url": second}} for n in range(10)
        ],
        "rows": [
            _loop("each", items=f"{{{{ [{batch}] * 100 }}}}"),
            {"id": "insert", "type": "database", "parent": "each", "config": insert},
        ],
        "scripts": [
            _loop("light", times=_LIGHT, concurrency=_AT_ONCE),
            _script("fib10", 10, parent="light"),
            {**_loop("heavy", times=_HEAVY, concurrency=_AT_ONCE), "after": ["light"]},
            _script("fib33", 33, parent="heavy"),
        ],
    }  # fmt: skip


def _value(id_: str, **options: Any) -> dict[str, Any]:
    return {"id": id_, "type": "transform", "config": {"values": {"x": "1 + 1"}}, **options}


def _loop(id_: str, **config: Any) -> dict[str, Any]:
    return {"id": id_, "type": "loop", "config": {"collect": "none", **config}}


def _script(id_: str, number: int, *, parent: str) -> dict[str, Any]:
    config = {"language": "python", "code": f"{_FIBONACCI}return fib({number})"}
    return {"id": id_, "type": "script", "parent": parent, "config": config}
