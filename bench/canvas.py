"""The canvas with 500 steps in Chromium, beside the bare drawing library with as many nodes in the same run.

The bare page is the library's own stress example: nodes on a grid, a wire from each to the next, nothing else. The same
movements of the wheel pan both; what a person feels is how late the slow frames are, and how long a page takes to open.
"""

from __future__ import annotations

import functools
import http.server
import statistics
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from bench.ratio import Ratio, show
from scripts import node
from tests.e2e.people import make_owner, sign_in
from tests.requirements import find_browser
from tests.stack import ROOT, Stack, running_stack

_STEPS: Final = 500
_COLUMNS: Final = 25
_ROUNDS: Final = 3
_MOVES: Final = 60
_SIZE: Final = {"width": 1440, "height": 900}
_FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

_FRAMES = """() => new Promise((done) => {
  const frames = []; let last = performance.now();
  window.stopFrames = () => done(frames);
  const next = (now) => { frames.push(now - last); last = now; requestAnimationFrame(next); };
  requestAnimationFrame(next);
})"""


def measure() -> Iterator[Ratio]:
    """Nothing where there is no Chromium or no built editor."""
    browser = find_browser()
    if not browser or not (ROOT / "frontend" / "dist" / "index.html").exists():
        return
    with (
        tempfile.TemporaryDirectory() as home,
        running_stack(Path(home)) as stack,
        bare_page() as bare,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=browser, args=_FLAGS)
        yield from _measured(chromium, stack, bare)
        chromium.close()


def _measured(chromium: Browser, stack: Stack, bare: str) -> Iterator[Ratio]:
    context = chromium.new_context(viewport=_SIZE, base_url=stack.url)
    ours, base = context.new_page(), context.new_page()
    address = _prepare(stack, ours)
    rounds = []
    for _ in range(_ROUNDS):
        mine = _trace(ours, address)
        rounds.append((mine, _trace(base, f"{bare}?nodes={_STEPS}&zoom={_zoom(ours)}")))
    for place, name in enumerate(("frame at 95 of 100 while panning", "time until the first pan answers")):
        our, base_ = (statistics.median(pair[side][place] for pair in rounds) for side in (0, 1))
        yield Ratio(f"canvas with {_STEPS} steps: {name}", our / base_, show(our), show(base_), target=1.5)


def _prepare(stack: Stack, page: Page) -> str:
    """A workflow of 500 steps, and a browser that is signed in."""
    steps = [
        {
            "id": f"step_{number}",
            "type": "transform",
            "config": {"values": {"n": str(number)}},
            **({"after": [f"step_{number - 1}"]} if number else {}),
        }
        for number in range(_STEPS)
    ]
    places = {f"step_{number}": [(number % _COLUMNS) * 260, (number // _COLUMNS) * 120] for number in range(_STEPS)}
    definition = {"stepgraph": 1, "name": "Large", "steps": steps, "ui": {"positions": places}}
    with stack.client() as api:
        api.post("/api/workflows/", json={"name": "Large", "definition": definition}).raise_for_status()
    sign_in(page, make_owner(stack, "bench@example.com"))
    return f"{stack.url}/workflows/large"


def _trace(page: Page, address: str) -> tuple[float, float]:
    """In seconds: the frame at 95 of 100 while panning, and how long it took until the first pan was drawn."""
    page.bring_to_front()
    page.goto(address, wait_until="commit")
    page.locator(".react-flow__node").first.wait_for()
    page.mouse.move(_SIZE["width"] / 2, _SIZE["height"] / 2)
    before = _place(page)
    page.mouse.wheel(40, 20)
    page.wait_for_function("before => document.querySelector('.react-flow__viewport').style.transform !== before",
                           arg=before)  # fmt: skip
    opened: float = page.evaluate("performance.now() / 1000")
    return _panned(page), opened


def _zoom(page: Page) -> float:
    """How far the editor has zoomed out, so that both draw as much."""
    script = "new DOMMatrix(getComputedStyle(document.querySelector('.react-flow__viewport')).transform).a"
    found: float = page.evaluate(script)
    return found


def _place(page: Page) -> str:
    found: str = page.evaluate("document.querySelector('.react-flow__viewport').style.transform")
    return found


def _panned(page: Page) -> float:
    page.evaluate(f"() => {{ window.frames_ = ({_FRAMES})() }}")  # not waited for: it ends with stopFrames
    for move in range(_MOVES):
        page.mouse.wheel(60 if move % 20 < 10 else -60, 30 if move % 12 < 6 else -30)
    page.evaluate("window.stopFrames()")
    frames: list[float] = page.evaluate("window.frames_")
    return statistics.quantiles(frames[1:], n=20)[-1] / 1000


@contextmanager
def bare_page() -> Iterator[str]:
    """The address of the bare page, built by the editor's own bundler and served from a folder."""
    with tempfile.TemporaryDirectory() as folder:
        found = node.find()
        command = [*(found.npm if found else ("npm",)), "exec", "--", "vite", "build", "bench"]
        flags = ["--outDir", folder, "--emptyOutDir", "--logLevel", "error"]
        subprocess.run([*command, *flags], cwd=ROOT / "frontend", check=True)
        handler = functools.partial(_Quiet, directory=folder)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_address[1]}/"
            server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name of the base class
        """Says nothing."""
