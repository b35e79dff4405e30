from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from backend.workflows.models import Workflow

GOOD = "name: Hello\nsteps:\n  - {id: a, type: script, config: {code: return 1}}\n"
BAD = "steps:\n  - {id: a, type: script, after: [b], config: {}}\n"


def run(*args):
    out = io.StringIO()
    try:
        call_command("workflow", *args, stdout=out)
    except SystemExit as exit_:
        return exit_.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def files(tmp_path):
    (tmp_path / "hello.yaml").write_text(GOOD)
    (tmp_path / "bad.yaml").write_text(BAD)
    return tmp_path


def test_validate_needs_no_database_and_says_everything(files):
    code, text = run("validate", str(files / "hello.yaml"), str(files / "bad.yaml"), str(files / "missing.yaml"))

    assert code == 1
    assert "hello.yaml: valid" in text
    assert "steps[0].after[0]" in text
    assert "steps[0].config.code" in text
    assert "cannot be read" in text
    assert run("validate", str(files / "hello.yaml"))[0] == 0


def test_validate_prints_data(files):
    code, text = run("validate", "--json", str(files / "bad.yaml"))

    assert code == 1
    assert [problem["code"] for problem in json.loads(text)[0]["errors"]] == ["config", "unknown_step"]


def test_import_makes_then_changes_and_publishes(files, acme):
    first = run("import", str(files / "hello.yaml"), "--publish")
    (files / "hello.yaml").write_text(GOOD.replace("return 1", "return 2"))
    second = run("import", str(files / "hello.yaml"), "--publish", "--json", "--organization", "acme")

    assert "created hello, published version 1" in first[1]
    [row] = json.loads(second[1])
    assert (row["slug"], row["created"], row["version"]) == ("hello", False, 2)
    assert Workflow.objects.get().definition["steps"][0]["config"]["code"] == "return 2"


def test_import_refuses_what_is_invalid(files, acme):
    with pytest.raises(CommandError, match="“code” is missing"):
        run("import", str(files / "bad.yaml"))


def test_export_and_list(files, acme, tmp_path):
    run("import", str(files / "hello.yaml"))

    assert "name: Hello" in run("export", "hello")[1]
    run("export", "--output", str(tmp_path / "out"))
    assert (tmp_path / "out" / "hello.yaml").read_text().startswith("stepgraph: 1\n")
    assert "hello" in run("list")[1]
    assert json.loads(run("list", "--json")[1])[0]["status"] == "draft"


def test_several_organisations_must_be_told_apart(files, acme, globex):
    with pytest.raises(CommandError, match="acme, globex"):
        run("list")
