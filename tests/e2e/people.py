"""People in front of the browser."""

from __future__ import annotations

from playwright.sync_api import Page, StorageState, expect

from tests.stack import Stack

PASSWORD = "sunny violin harbour 7"
OWNER = "alice@example.com"


_owners: set[tuple[str, str]] = set()
_signed_in: dict[str, StorageState] = {}


def make_owner(stack: Stack, email: str = OWNER) -> str:
    """Somebody who may do everything, with PASSWORD; made once."""
    if (stack.url, email) not in _owners:
        stack.manage("create_admin", "--email", email, "--password", PASSWORD)
        _owners.add((stack.url, email))
    return email


def sign_in(page: Page, email: str) -> None:
    """By the form, up to the start page."""
    page.goto("/sign-in")
    page.get_by_role("textbox", name="E-mail").fill(email)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Hello")).to_be_visible(timeout=30_000)
    _signed_in[email] = page.context.storage_state()


def be_signed_in(page: Page, email: str) -> None:
    """As one who comes back; by the form where nobody of this address has been yet."""
    if email in _signed_in:
        page.context.add_cookies(_signed_in[email]["cookies"])  # type: ignore[arg-type] # given out as they are taken
    else:
        sign_in(page, email)
