"""The storage step on a folder: its operations. The connectors' own tests go over all kinds."""

from __future__ import annotations

import pytest

from backend.catalog.steps import StepFailed
from tests.workers.steps.fakes import FakeContext
from workers.steps.storage import StorageStep


@pytest.fixture
def context(settings, tmp_path):
    settings.STEPGRAPH_HOME = tmp_path
    return FakeContext(connectors={"out": ("local", {"path": "exports"})})


def run(context, operation, **config):
    config = {"connector": "out", "operation": operation, **config}
    return StorageStep().run(StorageStep.Config.model_validate(config), context).output


@pytest.mark.parametrize(
    ("content", "expected"), [("a,ä", "a,ä".encode()), ({"a": "ä"}, '{"a": "ä"}'.encode()), ([1], b"[1]")]
)
def test_put_and_get(context, content, expected):
    assert run(context, "put", key="x/a.csv", content=content) == {"key": "x/a.csv", "size": len(expected)}

    file = run(context, "get", key="x/a.csv")

    assert (file["name"], file["content_type"]) == ("a.csv", "text/csv")
    assert context.open(file) == expected


def test_files_are_put_as_they_are(context):
    run(context, "put", key="a.png", content=context.save("b.png", "image/png", b"\x89PNG"))

    assert context.open(run(context, "get", key="a.png")) == b"\x89PNG"


def test_list_and_delete(context):
    for key in ("a/1", "a/2", "b/1"):
        run(context, "put", key=key, content="x")

    run(context, "delete", key="a/2")

    assert [entry["key"] for entry in run(context, "list", prefix="a/")] == ["a/1"]


def test_folders_hand_out_no_addresses(context):
    with pytest.raises(StepFailed, match="cannot hand out addresses"):
        run(context, "presign", key="a")


@pytest.mark.parametrize(
    ("config", "paths"),
    [({"operation": "put"}, ["key", "content"]), ({"operation": "get"}, ["key"]), ({"operation": "list"}, [])],
)
def test_forms(config, paths):
    config = StorageStep.Config.model_validate({"connector": "out", **config})

    assert [found.path for found in StorageStep.check(config)] == paths
