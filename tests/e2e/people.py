"""People in front of the browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.stack import Stack

PASSWORD = "sunny violin harbour 7"


def make_owner(stack: Stack, email: str) -> str:
    """Somebody who may do everything, with PASSWORD; made again, it is the same person."""
    stack.manage("create_admin", "--email", email, "--password", PASSWORD)
    return email


def sign_in(page: Page, email: str) -> None:
    """By the form, up to the start page."""
    page.goto("/sign-in")
    page.get_by_role("textbox", name="E-mail").fill(email)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Hello")).to_be_visible(timeout=30_000)
