"""Looks at a page as a careful person would: for texts that are cut, that overlap, or that stick out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Page

from tests.stack import ROOT

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}

# Every text that is seen, with its box; a text may be cut on purpose where its style says so (ellipsis, line clamp).
_LAYOUT = """() => {
  const found = [];
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  if (wide > 1) {
    const sticksOut = (one) => one.getBoundingClientRect().right > innerWidth + 1;
    const out = [...document.querySelectorAll('body *')].filter(sticksOut);
    const last = out.map((one) => `<${one.localName} class="${one.className}">`).slice(-3).join(', ');
    found.push(`the page is ${wide}px wider than the window: ${last}`);
  }
  for (const box of document.querySelectorAll('main, #content, [role=dialog]')) {
    const over = box.scrollWidth - box.clientWidth;
    if (over > 1) found.push(`<${box.localName}> scrolls sideways by ${over}px`);
  }
  // What lies over the rest covers it on purpose.
  const layer = (one) => one.closest('[role=dialog], [role=listbox], [role=menu], [role=tooltip]');
  const name = (text) => JSON.stringify(text.trim().replace(/\\s+/g, ' ').slice(0, 50));
  const shown = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent ?? '';
    const parent = node.parentElement;
    const shows = { opacityProperty: true, visibilityProperty: true };
    if (!text.trim() || !parent || !parent.checkVisibility(shows)) continue;
    if (parent.closest('.react-flow, .cm-editor, svg, [aria-hidden=true], option, noscript, script, style')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    let cut = null;
    let hidden = false;
    for (let outer = parent; outer && outer !== document.body; outer = outer.parentElement) {
      const style = getComputedStyle(outer);
      if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
      const frame = outer.getBoundingClientRect();
      if (frame.width < 2 || frame.height < 2) { hidden = true; break; }
      if (/auto|scroll/.test(style.overflowX + style.overflowY)) {
        if (box.bottom > frame.bottom || box.top < frame.top || box.right > frame.right) hidden = true;
        break;
      }
      if (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') { hidden = true; break; }
      if (box.right > frame.right + 2 || box.left < frame.left - 2) cut = outer;
    }
    if (hidden) continue;
    if (cut) found.push(`${name(text)} is cut by <${cut.localName} class="${cut.className}">`);
    if (box.right > window.innerWidth + 1) found.push(`${name(text)} sticks out on the right`);
    for (const line of range.getClientRects()) shown.push({ text, line, parent });
  }
  for (let i = 0; i < shown.length; i++) for (let j = i + 1; j < shown.length; j++) {
    const [a, b] = [shown[i], shown[j]];
    if (layer(a.parent) !== layer(b.parent)) continue;
    if (a.parent === b.parent || a.parent.contains(b.parent) || b.parent.contains(a.parent)) continue;
    const x = Math.min(a.line.right, b.line.right) - Math.max(a.line.left, b.line.left);
    const y = Math.min(a.line.bottom, b.line.bottom) - Math.max(a.line.top, b.line.top);
    if (x > 2 && y > 4) found.push(`${name(a.text)} and ${name(b.text)} overlap`);
  }
  return [...new Set(found)];
}"""

# Wires are drawn from numbers, handles by the style: a wire that ends beside its handle shows that the two differ.
_WIRES = """() => {
  const canvas = document.querySelector('.react-flow__viewport');
  if (!canvas) return [];
  const scale = new DOMMatrix(getComputedStyle(canvas).transform).a;
  const handle = (node, port) => document.querySelector(
    `.react-flow__handle[data-nodeid="${CSS.escape(node)}"][data-handleid="${CSS.escape(port)}"]`);
  const found = [];
  for (const wire of document.querySelectorAll('.react-flow__edge')) {
    const [, from, port, to] = /^(.+)\\.([^.]+)->(.+)$/.exec(wire.dataset.id) ?? [];
    const path = wire.querySelector('.react-flow__edge-path');
    if (!from || !path) continue;
    const ends = [[0, handle(from, port)], [path.getTotalLength(), handle(to, 'in')]];
    for (const [place, end] of ends) {
      if (!end) continue;
      const box = end.getBoundingClientRect();
      const point = path.getPointAtLength(place).matrixTransform(path.getScreenCTM());
      const off = Math.hypot(point.x - box.x - box.width / 2, point.y - box.y - box.height / 2) / scale;
      if (off > 9) found.push(`the wire ${wire.dataset.id} ends ${Math.round(off)}px beside its handle`);
    }
  }
  return found;
}"""


def faults_of_wires(page: Page) -> list[str]:
    """The wires of the canvas that do not end at the middle of a handle, give or take its own size."""
    found: list[str] = page.evaluate(_WIRES)
    return found


def faults_of_layout(page: Page) -> list[str]:
    """What is cut, overlaps or sticks out, and still does a moment later: what is just being drawn may."""
    found: list[str] = page.evaluate(_LAYOUT)
    if found:
        page.wait_for_timeout(1000)
        found = page.evaluate(_LAYOUT)
    return found


def faults_of_access(page: Page, *, within: str = "") -> list[str]:
    """The serious and critical findings of axe, each with where it was found."""
    if not page.evaluate("typeof window.axe !== 'undefined'"):
        page.evaluate(
            AXE.read_text(encoding="utf-8")
        )  # not a script element: the content security policy stays as it is
    options = {"resultTypes": ["violations"]}
    found = page.evaluate("([within, options]) => axe.run(within || document, options)", [within, options])
    return list(_grave(found["violations"]))


def _grave(violations: Iterable[dict[str, Any]]) -> Iterable[str]:
    for violation in violations:
        if violation["impact"] in GRAVE:
            places = "; ".join(f"{node['target']}: {node['failureSummary'][:160]}" for node in violation["nodes"][:3])
            yield f"{violation['id']} ({violation['impact']}): {violation['help']} at {places}"
