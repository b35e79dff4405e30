"""Scripts: what the sandbox is asked for, and what comes back."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from backend.catalog.steps import Result, ScriptRequest, StepFailed
from tests.workers.steps.fakes import FakeContext
from workers.steps.script import Script


def run(context, **config):
    return Script().run(Script.Config.model_validate(config), context)


def test_gives_the_codes_result():
    context = FakeContext({"users": [{"age": 3}, {"age": 4}]})

    assert run(context, code="return sum(user.age for user in users)") == Result(7)


def test_asks_for_what_the_form_says():
    context = FakeContext({"a": 1}, timeout=7)

    run(context, code="result = 1", env={"REGION": "eu", "COUNT": 3}, memory_mb=64, cpus=0.5)

    assert context.scripts == [
        ScriptRequest(
            language="python",
            code="result = 1",
            context={"a": 1},
            env={"REGION": "eu", "COUNT": "3"},
            timeout=7,
            memory_mb=64,
            cpus=0.5,
        )
    ]


def test_network_is_off_and_time_limited_by_default():
    context = FakeContext()

    run(context, code="result = 1")

    assert (context.scripts[0].network, context.scripts[0].timeout) == (False, 60)


def test_failure_passes_through():
    with pytest.raises(StepFailed, match="ZeroDivisionError") as caught:
        run(FakeContext(), code="1 / 0")

    assert caught.value.retryable


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"code": ""},
        {"code": "x", "language": "cobol"},
        {"code": "x", "env": {"1A": "x"}},
        {"code": "x", "env": {"A=B": "x"}},
        {"code": "x", "memory_mb": 1},
        {"code": "x", "cpus": 0},
        {"code": "x", "image": "--privileged"},
        {"code": "x", "packages": "requests"},
        {"code": "x", "packages": [""]},
    ],
)
def test_bad_forms(config):
    with pytest.raises(ValidationError):
        Script.Config.model_validate(config)


def test_packages_go_to_the_sandbox():
    context = FakeContext()

    run(context, code="result = 1", packages=[" pandas ", "numpy>=2"])

    assert context.scripts[0].packages == ("pandas", "numpy>=2")


@pytest.mark.parametrize(
    ("language", "packages", "part"),
    [
        ("python", ["pandas", "-r /etc/passwd"], "“-r /etc/passwd” is not a package"),
        ("javascript", ["git+ssh://host/x"], "is not a package"),
        ("bash", ["jq"], "Scripts in bash have no packages"),
        ("python", ["pandas"], ""),
    ],
)
def test_malformed_requirements_are_warned_of(language, packages, part):
    advice = Script.advise(Script.Config.model_validate({"code": "x", "language": language, "packages": packages}))

    assert [problem.path for problem in advice] == (["packages"] if part else [])
    assert not part or part in advice[0].message


@pytest.mark.parametrize(("value", "wanted"), [("egress", True), ("none", False), (True, True)])
def test_network_by_its_other_names(value, wanted):
    assert Script.Config.model_validate({"code": "x", "network": value}).network is wanted


def test_files_have_their_own_names_or_those_that_the_form_gives():
    context = FakeContext()
    first, second = context.save("a.txt", "text/plain", b"1"), context.save("a.txt", "text/plain", b"2")

    run(context, code="result = 1", files=first)
    run(context, code="result = 1", files=[first])
    run(context, code="result = 1", files={"x": first, "y": second})

    assert [dict(request.files) for request in context.scripts] == [
        {"a.txt": b"1"},
        {"a.txt": b"1"},
        {"x": b"1", "y": b"2"},
    ]


def test_no_file_takes_the_place_of_another():
    context = FakeContext()
    files = [context.save("a.txt", "text/plain", data) for data in (b"1", b"2")]

    with pytest.raises(StepFailed, match=r"Two of the files are called “a\.txt”"):
        run(context, code="result = 1", files=files)

    assert context.scripts == []


@pytest.mark.parametrize(("count", "size"), [(3, 12 * 1024 * 1024), (101, 0)])
def test_more_files_than_a_script_can_be_given_are_not_even_read(count, size):
    context = FakeContext()
    one = context.save("a.bin", "application/octet-stream", bytes(size))

    with pytest.raises(StepFailed, match="100 files of 32 MiB") as caught:
        run(context, code="result = 1", files={**{str(index): one for index in range(count)}, "last": {"$file": "?"}})

    assert (caught.value.error_type, caught.value.retryable) == ("too_large", False)
