"""The mask knows a secret in every form in which programs write it."""

from __future__ import annotations

import base64
import json
import logging
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.common.logging import mask_values
from backend.common.masking import HIDDEN, Masker, masking

SECRET = 'pa55/wörd+"x"=&?'


def masked(text: str, *secrets: str) -> str:
    return Masker(secrets or [SECRET]).text(text)


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote(SECRET),
        quote_plus(SECRET),
        quote(SECRET, safe="").lower().replace("%c3%b6", "%c3%b6"),
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        base64.b64encode(SECRET.encode()).decode().rstrip("="),
    ],
)
def test_every_form_is_masked(written: str) -> None:
    assert masked(f"before {written} after") == f"before {HIDDEN} after"


@settings(deadline=None, derandomize=True)
@given(before=st.binary(max_size=7), after=st.binary(max_size=7))
def test_base64_of_something_around_it_is_masked(before: bytes, after: bytes) -> None:
    secret = "correct horse battery"

    found = masked(base64.b64encode(before + secret.encode() + after).decode(), secret)

    assert HIDDEN in found
    assert len(found) <= len(HIDDEN) + 4 + 4 * (len(before) + 2) / 3 + 4 * (len(after) + 2) / 3


def test_each_line_of_a_key_is_masked() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEFAA\n-----END KEY-----"

    assert masked("kqhkiG9w0BAQEFAA", key) == HIDDEN


def test_values_are_masked_at_any_depth_and_also_as_names() -> None:
    value = {"a": [f"x{SECRET}", 1, None, {SECRET: True}]}

    assert Masker([SECRET]).value(value) == {"a": [f"x{HIDDEN}", 1, None, {HIDDEN: True}]}


def test_what_holds_no_secret_is_not_copied() -> None:
    value = {"a": [1]}

    assert Masker().value(value) is value


def test_short_values_are_left_alone() -> None:
    assert masked("the root of all", "root") == "the root of all"


def test_a_secret_that_holds_another_one_leaves_nothing_behind() -> None:
    assert masked("token-abcdef-123456", "abcdef", "token-abcdef-123456") == HIDDEN


def test_entries_of_the_log_are_masked_while_a_step_runs() -> None:
    event = {"event": "crashed", "exception": f"ValueError: {SECRET}", "count": 3}

    with masking(Masker([SECRET])):
        inside = mask_values(logging.getLogger(), "error", dict(event))
    outside = mask_values(logging.getLogger(), "error", dict(event))

    assert inside == {"event": "crashed", "exception": f"ValueError: {HIDDEN}", "count": 3}
    assert outside == event
