"""Bodies of import and export: JSON or YAML in, JSON, YAML or Mermaid out."""

from __future__ import annotations

import json

from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.common.problems import Problem
from backend.workflows import documents
from backend.workflows.errors import InvalidWorkflow
from backend.workflows.format import yaml
from backend.workflows.mermaid import flowchart

CONTENT_TYPES = {"yaml": "application/yaml", "json": "application/json", "mermaid": "text/vnd.mermaid"}
FILE_ENDINGS = {"yaml": "yaml", "json": "json", "mermaid": "mmd"}


def text_of(data: bytes) -> str:
    """The text of a file; raises Invalid unless it is UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"The file is not UTF-8: the byte at position {error.start} is wrong."
        raise Invalid(message, problems=[Problem(message, code="encoding")]) from error


def exported(document: dict[str, JSON], *, form: str) -> str:
    """A stored draft as a file's text; raises InvalidWorkflow when a picture of a broken one is wanted."""
    ordered = documents.draft(document)
    if form == "json":
        return json.dumps(ordered, ensure_ascii=False, indent=2) + "\n"
    if form == "yaml":
        return yaml.dump(ordered)
    definition = documents.readable(ordered)
    if definition is None:
        raise InvalidWorkflow(problems=documents.report(ordered).errors)
    return flowchart(definition)
