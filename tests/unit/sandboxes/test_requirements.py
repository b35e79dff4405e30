"""Which texts are requirements."""

from __future__ import annotations

import pytest

from sandboxes.packages.requirements import key_of, normalised, problem


@pytest.mark.parametrize(
    ("language", "text", "spelling"),
    [
        ("python", "pandas", "pandas"),
        ("python", "Typing_Extensions >= 4.1, < 5", "typing-extensions>=4.1,<5"),
        ("python", "requests[socks]~=2.31", "requests[socks]~=2.31"),
        ("python", "torch==2.1.*", "torch==2.1.*"),
        ("javascript", "lodash", "lodash@latest"),
        ("javascript", "dayjs@^1.11", "dayjs@^1.11"),
        ("javascript", "@scope/name@1.x", "@scope/name@1.x"),
        ("javascript", "zod@>=3 <5", "zod@>=3 <5"),
    ],
)
def test_requirements_in_one_spelling(language, text, spelling):
    assert normalised(language, [text]) == (spelling,)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "-r other.txt"),
        ("python", "--index-url=http://x"),
        ("python", "six @ https://example.com/six.whl"),
        ("python", "git+https://example.com/six"),
        ("python", "./six"),
        ("python", "six; python_version > '3'"),
        ("python", "six\nidna"),
        ("python", "six>=1 --hash=sha256:00"),
        ("python", "x" * 201),
        ("javascript", "file:../x"),
        ("javascript", "lodash@file:../x"),
        ("javascript", "lodash@http://example.com/x.tgz"),
        ("javascript", "lodash@npm:other"),
        ("javascript", "user/repository"),
        ("javascript", "lodash@git+ssh://x"),
        ("javascript", "--registry=http://x"),
        ("javascript", "Lodash"),
    ],
)
def test_options_addresses_and_paths_are_none(language, text):
    assert "is not a package with versions" in problem(language, [text])
    with pytest.raises(ValueError, match="is not a package"):
        normalised(language, [text])


def test_other_languages_have_no_packages():
    assert problem("bash", ["jq"]) == "Scripts in bash have no packages; python and javascript have."
    assert problem("bash", []) == ""


def test_order_spelling_and_repetition_make_no_difference_but_the_base_does():
    one = normalised("python", ["pandas", "NumPy"])

    assert one == normalised("python", ["numpy", "pandas", " numpy "])
    assert key_of("python", one, base="a") != key_of("python", one, base="b")
    assert key_of("python", one, base="a") != key_of("javascript", one, base="a")
