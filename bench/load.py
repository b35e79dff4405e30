"""Requests per second and how long they take: by `wrk` where it is installed, else by threads of this process."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_JSON = {"Content-Type": "application/json"}
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """What a server did."""

    per_second: float
    p50_ms: float
    p99_ms: float
    failures: int

    def __str__(self) -> str:
        failed = f", {self.failures} failed" if self.failures else ""
        return f"{self.per_second:.0f}/s, p50 {self.p50_ms:.1f} ms, p99 {self.p99_ms:.1f} ms{failed}"


def measure(url: str, *, connections: int, seconds: float, body: str) -> Load:
    """Posts a JSON body over and over."""
    if shutil.which("wrk"):
        return _wrk(url, connections=connections, seconds=seconds, body=body)
    return _threads(url, connections=connections, seconds=seconds, body=body.encode())


def send(url: str, *, number: int, connections: int, body: str) -> None:
    """Posts a JSON body so many times. Raises RuntimeError when one of them is refused.

    Over bare connections: a client with all that clients can do would take a quarter of two cores for itself.
    """
    shares = [number // connections + (place < number % connections) for place in range(connections)]
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(lambda share: in_turn(url, number=share, body=body), shares))


def in_turn(url: str, *, number: int, body: str) -> list[float]:
    """Posts a JSON body so many times, one after the other; answers how many seconds each took. Raises as `send`."""
    parts, data, times = urlsplit(url), body.encode(), []
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=300)) as connection:
        for _ in range(number):
            started = time.perf_counter()
            connection.request("POST", parts.path, body=data, headers=_JSON)
            answer = connection.getresponse()
            text = answer.read()
            times.append(time.perf_counter() - started)
            if answer.status >= 400:
                raise RuntimeError(f"{url} answered {answer.status}: {text!r}")
    return times


def _wrk(url: str, *, connections: int, seconds: float, body: str) -> Load:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f"wrk.method='POST' wrk.body='{body}' wrk.headers['Content-Type']='application/json'")
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "30s", "--latency"]
        text = subprocess.run([*command, "-s", script.name, url], capture_output=True, text=True, check=True).stdout
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return Load(
        per_second=float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),  # type: ignore[index] # wrk always says it
        p50_ms=_percentile(text, 50),
        p99_ms=_percentile(text, 99),
        failures=int(failed[1]) if failed else 0,
    )


def _percentile(text: str, number: int) -> float:
    found = re.search(rf"{number}%\s+([\d.]+)(us|ms|s|m)\b", text)
    return float(found[1]) * _UNITS[found[2]] if found else float("nan")


def _threads(url: str, *, connections: int, seconds: float, body: bytes) -> Load:
    times: list[float] = []
    failures: list[int] = []
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=_post, args=(url, body, until, times, failures)) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ordered = sorted(times) or [float("nan")]
    at = {share: ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for share in (0.5, 0.99)}
    return Load(len(times) / seconds, p50_ms=at[0.5], p99_ms=at[0.99], failures=len(failures))


def _post(url: str, body: bytes, until: float, times: list[float], failures: list[int]) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    while time.monotonic() < until:
        started = time.perf_counter()
        try:
            connection.request("POST", parts.path, body=body, headers=_JSON)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            failures.append(0)
            connection.close()  # the next request opens it again
            continue
        times.append(time.perf_counter() - started)
        if answer.status >= 400:
            failures.append(answer.status)
    connection.close()


def address_of(port: int, path: str) -> str:
    """On this machine."""
    return f"http://127.0.0.1:{port}{path}"


def wait_until_answering(url: str, *, log: Path, seconds: float = 120) -> None:
    """Until a server answers anything at all."""
    parts = urlsplit(url)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
            connection.request("GET", parts.path)
            connection.getresponse().read()
            connection.close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer:\n{log.read_text(errors='replace')[-3000:]}")
