"""A name as long as the format allows pushes nothing off the screen."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.looking import faults_of_layout
from tests.e2e.people import be_signed_in, make_owner
from tests.stack import Stack

NAME = "x" * 200


@pytest.fixture(scope="module")
def workflow(stack: Stack) -> Iterator[str]:
    """The slug of a published workflow of that name, with a job and a webhook."""
    step = {"id": "a", "type": "transform", "config": {"values": {"x": "1"}}}
    with stack.client() as api:
        slug = _made(api.post("/api/workflows/", json={"name": NAME, "definition": _document(step)}))["slug"]
        _made(api.post(f"/api/workflows/{slug}/publish/", json={}))
        _made(api.post(f"/api/workflows/{slug}/execute/", json={"context": {}}))
        _made(api.post("/api/webhooks/", json={"workflow": slug}))
        yield slug
        api.delete(f"/api/workflows/{slug}/")


@pytest.mark.parametrize("width", [1400, 900, 820])
def test_the_other_columns_stay_on_the_screen(page: Page, stack: Stack, workflow: str, width: int) -> None:
    be_signed_in(page, make_owner(stack))
    page.set_viewport_size({"width": width, "height": 900})

    for path in ("/workflows", "/jobs", "/start", "/insights", "/webhooks"):
        page.goto(path)
        row = page.get_by_role("row").filter(has_text=NAME).first
        expect(row).to_be_visible()
        assert _is_whole(row.get_by_role("cell").last, width), path
        assert faults_of_layout(page) == [], path


@pytest.mark.parametrize("width", [900, 820])
def test_the_buttons_of_the_editor_keep_their_words(page: Page, stack: Stack, workflow: str, width: int) -> None:
    be_signed_in(page, make_owner(stack))
    page.set_viewport_size({"width": width, "height": 900})

    page.goto(f"/workflows/{workflow}")

    bar = page.get_by_role("region", name="Workflow", exact=True)
    for name in ("Run", "Published"):
        button = bar.get_by_role("button", name=name)
        expect(button).to_be_visible()
        assert _is_whole(button, width)
        assert button.evaluate("(one) => one.scrollWidth <= one.clientWidth + 1")


def _document(*steps: dict[str, object]) -> dict[str, object]:
    return {"stepgraph": 1, "name": NAME, "steps": list(steps)}


def _made(answer: httpx.Response) -> dict[str, object]:
    assert answer.is_success, answer.text
    found: dict[str, object] = answer.json()
    return found


def _is_whole(place: Locator, width: int) -> bool:
    box = place.bounding_box()
    return box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
