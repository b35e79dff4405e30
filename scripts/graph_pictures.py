"""The picture of each example's graph: the canvas alone, whole, in the light scheme."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import FloatRect, Page, expect

from scripts.small_images import save

_MOST_BYTES = 60_000
_WIDEST = 1800
_MARGIN = 28
_ROOM = 1.25  # of the canvas around the graph, so that it is drawn in its full size
_LARGE = {"width": 1600, "height": 1000}
_PLAIN = """
.react-flow__minimap, .react-flow__controls, .react-flow__attribution, .react-flow__background { display: none }
* { animation: none !important; transition: none !important; caret-color: transparent }
"""
# The box around all nodes, wires and labels, and how large the canvas is drawn now.
_MEASURE = """() => {
  const seen = [...document.querySelectorAll(
    '.react-flow__node, .react-flow__edge-path, .react-flow__edgelabel-renderer > *')];
  const boxes = seen.map((one) => one.getBoundingClientRect()).filter((box) => box.width > 0);
  const left = Math.min(...boxes.map((box) => box.left)), top = Math.min(...boxes.map((box) => box.top));
  const width = Math.max(...boxes.map((box) => box.right)) - left;
  const height = Math.max(...boxes.map((box) => box.bottom)) - top;
  const canvas = document.querySelector('.react-flow').getBoundingClientRect();
  const zoom = new DOMMatrix(getComputedStyle(document.querySelector('.react-flow__viewport')).transform).a;
  return JSON.stringify({ left, top, width, height, zoom, around: [
    innerWidth - canvas.width, innerHeight - canvas.height] });
}"""

# The canvas moves to its first view once everything is known: until then nothing is measured.
_STILL = """
  window.stillFrames = now === window.lastMeasured ? (window.stillFrames ?? 0) + 1 : 0;
  window.lastMeasured = now;
  return window.stillFrames > 20;
"""


def make(page: Page, slugs: Iterable[str], folder: Path) -> list[Path]:
    """One file for each, named after it."""
    made = []
    for slug in slugs:
        path = folder / f"{slug}.png"
        save(graph(page, slug), path, widest=_WIDEST, most_bytes=_MOST_BYTES)
        made.append(path)
    return made


def graph(page: Page, slug: str) -> bytes:
    """The graph of a workflow that is there, as a screenshot. The window grows until it is drawn in its full size."""
    page.set_viewport_size(_LARGE)  # type: ignore[arg-type] # a plain dict
    measured = _opened(page, slug)
    if measured["zoom"] < 1:
        size = [measured[side] / measured["zoom"] * _ROOM + around
                for side, around in zip(("width", "height"), measured["around"], strict=True)]  # fmt: skip
        page.set_viewport_size({"width": int(max(size[0], 1600)), "height": int(max(size[1], 1000))})
        measured = _opened(page, slug)
    page.add_style_tag(content=_PLAIN)
    return page.screenshot(clip=_clip(measured), animations="disabled")


def _opened(page: Page, slug: str) -> dict[str, Any]:
    page.goto(f"/workflows/{slug}")
    expect(page.locator(".react-flow__node").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.wait_for_function(f"() => {{ const now = ({_MEASURE})(); {_STILL} }}", polling="raf")
    found: dict[str, Any] = json.loads(page.evaluate(_MEASURE))
    return found


def _clip(box: dict[str, Any]) -> FloatRect:
    return {
        "x": box["left"] - _MARGIN,
        "y": box["top"] - _MARGIN,
        "width": box["width"] + 2 * _MARGIN,
        "height": box["height"] + 2 * _MARGIN,
    }
