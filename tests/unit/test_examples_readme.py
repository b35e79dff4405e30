"""The README of the examples has each of them, with a picture that is there and small."""

from __future__ import annotations

from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
README = (EXAMPLES / "README.md").read_text(encoding="utf-8")
SLUGS = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))


@pytest.mark.parametrize("slug", SLUGS)
def test_each_example_is_told_and_drawn(slug: str) -> None:
    picture = EXAMPLES / "pictures" / f"{slug}.png"

    assert f"]({slug}.yaml)" in README
    assert f"`{slug}.yaml`" in README.partition("\n## ")[2], "it has a paragraph"
    assert f"](pictures/{slug}.png)" in README
    assert picture.stat().st_size <= 60_000, "draw it with `python -m scripts.screenshots examples`"


def test_no_picture_is_left_over() -> None:
    assert sorted(path.stem for path in (EXAMPLES / "pictures").iterdir()) == SLUGS
