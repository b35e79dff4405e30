"""Makes every picture of the repository in a headless browser in front of a running product.

`python -m scripts.screenshots` from the root, after the editor was built; `readme`, `examples` or `screens` makes only
those, and slugs after `examples` only the graphs of those.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect, sync_playwright

from scripts import graph_pictures, screen_pictures
from tests.e2e import sample
from tests.e2e.people import make_owner, sign_in
from tests.requirements import browser
from tests.stack import ROOT, Stack, running_stack

README_PICTURE = ROOT / "docs" / "screenshot.png"
SCREENS = ROOT / "docs" / "screens"
EXAMPLES = ROOT / "examples"
EXAMPLE = EXAMPLES / "document-intake.yaml"
DOCUMENT = EXAMPLES / "data" / "invoice.txt"
expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
KINDS = ("readme", "screens", "examples")


def main() -> None:
    """Starts an installation, fills it, and takes what is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", nargs="?", choices=KINDS, help="all, when none is named")
    parser.add_argument("slugs", nargs="*", help="of the examples to draw")
    given = parser.parse_args()
    kinds = [given.kind] if given.kind else KINDS
    with tempfile.TemporaryDirectory() as home, running_stack(Path(home)) as stack, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(browser()), args=FLAGS)
        page = chromium.new_page(base_url=stack.url, color_scheme="light", reduced_motion="reduce")
        sign_in(page, make_owner(stack, "ada@example.com"))
        for path in pictures(page, stack, kinds=kinds, slugs=given.slugs):
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} kB")
        chromium.close()


def pictures(page: Page, stack: Stack, *, kinds: Sequence[str], slugs: Sequence[str]) -> list[Path]:
    """In an installation with every example in it."""
    made = []
    if "readme" in kinds:
        made.append(readme_picture(page, stack))
    stack.manage("demo", "seed")
    if "screens" in kinds:
        made += screen_pictures.make(page, sample.fill(stack), SCREENS)
    if "examples" in kinds:
        every = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
        made += graph_pictures.make(page, slugs or every, EXAMPLES / "pictures")
    return made


def readme_picture(page: Page, stack: Stack) -> Path:
    """The example in the editor, with a finished job on its steps."""
    page.set_viewport_size({"width": 1440, "height": 900})
    printed = stack.manage("workflow", "import", str(EXAMPLE), "--publish")
    address = re.search(r"http\S+/hooks/\S+", printed)
    assert address is not None
    page.goto("/workflows/document-intake")
    expect(page.get_by_role("group", name="Webhook trigger")).to_be_visible()
    httpx.post(address[0], content=DOCUMENT.read_bytes(), headers={"Content-Type": "text/plain"}).raise_for_status()
    expect(page.get_by_role("region", name="Shown job")).to_contain_text("Succeeded", timeout=20_000)
    expect(page.get_by_role("group", name=re.compile("^Loop step: .*status success"))).to_be_visible()
    page.get_by_role("button", name="Hide steps").click()
    page.get_by_role("group", name=re.compile("^Transform step: Total of the line")).click()
    page.get_by_role("tab", name="Output").click()
    expect(page.get_by_role("region", name="Output")).to_contain_text("unit_price")
    page.mouse.move(700, 880)
    page.screenshot(path=README_PICTURE)
    return README_PICTURE


if __name__ == "__main__":
    main()
