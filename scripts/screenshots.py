"""Makes the picture of the README: the example in the editor, with a finished job on its steps.

Run it as `python -m scripts.screenshots` from the root, after the editor was built.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect, sync_playwright

from tests.e2e.people import make_owner, sign_in
from tests.requirements import browser
from tests.stack import ROOT, Stack, running_stack

PICTURE = ROOT / "docs" / "screenshot.png"
EXAMPLE = ROOT / "examples" / "document-intake.yaml"
DOCUMENT = ROOT / "examples" / "data" / "invoice.txt"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    """Starts an installation, runs the example in it and takes the picture."""
    PICTURE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, running_stack(Path(home)) as stack, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(browser()), args=FLAGS)
        page = chromium.new_page(viewport={"width": 1440, "height": 900}, base_url=stack.url, color_scheme="light")
        sign_in(page, make_owner(stack, "ada@example.com"))
        show_finished_job(page, stack)
        page.screenshot(path=PICTURE)
        chromium.close()
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size // 1024} kB")


def show_finished_job(page: Page, stack: Stack) -> None:
    """Imports and publishes the example, opens it, and sends it an invoice."""
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


if __name__ == "__main__":
    main()
