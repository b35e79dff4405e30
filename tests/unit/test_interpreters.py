"""Which Python an installation is made of."""

from __future__ import annotations

import sys

import pytest

from scripts import interpreters

_CALLED, _OTHER = "/called/python3", "/usr/bin/python3.11"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param(0.6, _OTHER, id="much faster"),
        pytest.param(0.9, _CALLED, id="hardly faster"),
        pytest.param(1.5, _CALLED, id="slower"),
        pytest.param(None, _CALLED, id="cannot make environments"),
    ],
)
def test_only_a_much_faster_build_takes_the_place_of_the_one_that_was_called(
    monkeypatch: pytest.MonkeyPatch, other: float | None, expected: str
) -> None:
    monkeypatch.setattr(interpreters, "_others", lambda _: [_OTHER])

    assert interpreters.choose(_CALLED, seconds={_CALLED: 1.0, _OTHER: other}.__getitem__) == expected


def test_this_one_can_be_measured_and_what_is_no_python_of_this_version_cannot() -> None:
    seconds = interpreters._seconds(sys.executable)
    assert seconds is not None
    assert seconds > 0
    assert interpreters._seconds("/bin/false") is None
