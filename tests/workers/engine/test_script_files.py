"""What becomes of the files that a script left."""

from __future__ import annotations

from typing import Any

from workers.engine.attempts.script_files import kept


class Files:
    """Keeps files in memory."""

    def __init__(self) -> None:
        self.saved: dict[str, tuple[str, bytes]] = {}

    def open(self, ref: Any) -> bytes:
        return self.saved[ref["name"]][1]

    def save(self, name: str, content_type: str, data: bytes) -> dict[str, Any]:
        self.saved[name] = (content_type, data)
        return {"$file": f"id-{name}", "name": name, "content_type": content_type, "size": len(data)}


def test_a_script_without_a_result_gives_its_files_by_name() -> None:
    files = Files()

    result = kept(None, {"report.pdf": b"%PDF", "x.unknown-kind": b""}, files)

    assert files.saved["report.pdf"] == ("application/pdf", b"%PDF")
    assert files.saved["x.unknown-kind"][0] == "application/octet-stream"
    assert result["files"]["report.pdf"]["$file"] == "id-report.pdf"


def test_a_result_gets_references_where_it_names_files() -> None:
    result = kept({"a": [{"$file": "new:r"}], "b": {"$file": "new:other"}, "c": 1}, {"r": b"1"}, Files())

    assert result["a"][0]["$file"] == "id-r"
    assert result["b"] == {"$file": "new:other"}
    assert result["c"] == 1


def test_a_result_without_files_stays_as_it_is() -> None:
    result = {"$file": "new:r"}

    assert kept(result, {}, Files()) is result
