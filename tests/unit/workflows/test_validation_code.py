"""Code of scripts is read before it runs: what cannot be parsed is named with its line."""

from __future__ import annotations

import pytest

from backend.workflows.documents import report
from tests.unit.workflows.helpers import script


def code(text, language="python", **config):
    return {"id": "a", "type": "script", "config": {"language": language, "code": text, **config}}


def test_code_faults_have_their_line():
    [problem] = report({"steps": [script("a", config={"code": "x = 1\nif x\n  pass"})]}).errors

    assert "Line 2" in problem.message


@pytest.mark.parametrize(
    ("language", "text", "line", "part"),
    [
        ("python", "x = 1\nif x\n  return 2", 2, "expected ':'"),
        ("python", "def f(:\n  pass", 1, "Python"),
        ("python", "x = 'a", 1, "unterminated"),
        ("python", "x = 1\n  y = 2", 2, "indent"),
        ("javascript", "const a = 1;\nlet x = ;\nreturn x", 2, "JavaScript"),
        ("javascript", "if (a) {\n  return 1\n", 2, "“}” is missing for what begins in line 1"),
        ("javascript", "return [1, 2", 1, "“[” is never closed"),
        ("javascript", "a = 1\nreturn 'x", 2, "JavaScript"),
        ("javascript", "def f(): pass", 1, "JavaScript"),
        ("javascript", "// ok\nimport fs from 'fs'", 2, "modules"),
        ("javascript", "export default 1", 1, "modules"),
    ],
)
def test_code_that_cannot_be_parsed_is_named_with_its_line(language, text, line, part):
    (problem,) = report({"steps": [code(text, language)]}).errors

    assert problem.code == "code_syntax"
    assert problem.path == "steps[0].config.code"
    assert f"Line {line}" in problem.message
    assert part in problem.message


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "return 1"),
        ("python", "import json\nasync def main(context):\n    return await thing()\nreturn 1"),
        ("python", "x = f'{{literal}} {job}'\nreturn {'a': {1}}"),
        ("javascript", "const r = await fetch('x');\nreturn (await r.json())?.items ?? []"),
        ("javascript", "for await (const x of y) { if (x) continue }\nreturn `${a} {{ b }}`"),
        ("javascript", "class A { #p = 1; static { } get q() { return this.#p } }\nreturn new A().q"),
        ("javascript", "const {a, ...rest} = context; a ||= 1n; return /[\\p{L}--x]/v.test(a)"),
        ("javascript", "using f = open(); const m = await import('node:fs', {with: {type: 'json'}})"),
        ("bash", "cat <<EOF | jq '.a'\n$SG_CONTEXT\nEOF\n[[ $x =~ ^a ]] && echo ${x//a/b}"),
        ("bash", "docker ps --format '{{.Names}}' | head -1"),
        ("powershell", "$x = @{ a = 1"),
    ],
)
def test_code_that_runs_is_left_alone(language, text):
    found = report({"steps": [code(text, language)]})

    assert found.errors == ()
    assert not [problem for problem in found.warnings if problem.code == "code_syntax"]


def test_bash_and_code_for_another_image_is_advised_about():
    broken = [code("if [ x ]; then\n  echo 1\n", "bash"), {**code("match x", image="python:3.14"), "id": "b"}]

    found = report({"steps": broken})

    assert found.errors == ()
    assert [(p.code, p.step) for p in found.warnings] == [("code_syntax", "a"), ("code_syntax", "b")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "x = 1\nreturn {{ input.total }}"),
        ("python", "return '{{ webhook_payload.name }}'"),
        ("javascript", "const x = 1\nreturn {{ input.total }}"),
        ("bash", "echo 1\necho '{{ input.total }}'"),
    ],
)
def test_templates_in_code_are_refused(language, text):
    (problem,) = report({"steps": [code(text, language)]}).errors

    assert problem.code == "template_in_code"
    assert f"Line {text.count(chr(10)) + 1}" in problem.message
    assert "without the braces" in problem.hint


@pytest.mark.timeout(20)
@pytest.mark.parametrize("language", ["python", "javascript", "bash"])
@pytest.mark.parametrize(
    "text", ["(" * 100_000, "[" * 50_000 + "]" * 50_000, "a" * 400_000, "{{ job.id }}" * 20_000, "\0"]
)
def test_hostile_code_ends_with_a_verdict(language, text):
    found = report({"steps": [code(text[:200_000], language)]})

    assert len(found.errors) + len(found.warnings) <= 1
